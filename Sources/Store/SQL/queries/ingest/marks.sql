-- Hashes of a file's beginnings. $1 file. Plan: primary key.
SELECT m.position, m.hash
FROM ingest_v1.file_marks($1) AS m
