-- The files of a source that can still matter, newest first. $1 source, $2 how many at most; NULL for all.
SELECT f.*
FROM ingest_v1.files($1, $2) AS f
