-- One sample of the node's queues. $1 source, $2 epoch, $3 when, $4 active, $5 delayed, $6 and $7 connections in and out (NULL: not
-- told); $8 to $12 its parts: binding groups, bindings, domains, active, delayed.
SELECT ingest_v1.store_queue($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) IS NULL AS done
