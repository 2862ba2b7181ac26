-- Notes a run of retention, and forgets old ones. $1 milliseconds, $2 partitions dropped, $3 bytes freed, $4 error or NULL.
WITH noted AS (
    INSERT INTO ops.retention_run (took_ms, dropped, freed_bytes, error)
    VALUES ($1, $2, $3, $4)
    RETURNING run_id
)
DELETE FROM ops.retention_run AS r
USING noted AS n
WHERE r.run_id < n.run_id - 1000
