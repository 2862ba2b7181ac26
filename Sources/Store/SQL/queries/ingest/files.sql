-- The files of a source that can still matter, newest first. $1 source.
SELECT f.*
FROM ingest_v1.files($1) AS f
