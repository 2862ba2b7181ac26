-- Makes a file known. $1 source, $2 epoch, $3 name, $4 and $5 length and SHA-256 of its head, $6 and $7 of its tail.
SELECT ingest_v1.register_file($1, $2, $3, $4, $5, $6, $7) AS file_id
