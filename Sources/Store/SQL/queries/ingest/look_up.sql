-- A file of a source by its head. $1 source, $2 SHA-256 of beginnings of the file. Plan: source_file_head_idx.
SELECT f.*
FROM ingest_v1.look_up_file($1, $2) AS f
