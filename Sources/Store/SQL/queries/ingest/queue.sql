-- One sample of the node's queues. $1 source, $2 epoch, $3 when, $4 active, $5 delayed.
SELECT ingest_v1.store_queue($1, $2, $3, $4, $5) IS NULL AS done
