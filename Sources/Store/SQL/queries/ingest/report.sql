-- A heartbeat. $1 source, $2 epoch, $3 read up to, $4 bytes not committed, $5 last error.
SELECT ingest_v1.report_source($1, $2, $3, $4, $5) IS NULL AS done
