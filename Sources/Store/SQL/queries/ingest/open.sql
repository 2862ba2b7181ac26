-- Claims a source. $1 node, $2 name, $3 format, $4 true for bundled samples.
SELECT o.source_id, o.epoch, o.first_opened_at, o.hash_key, o.server_time
FROM ingest_v1.open_source($1, $2, $3, $4) AS o
