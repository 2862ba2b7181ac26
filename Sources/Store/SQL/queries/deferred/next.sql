-- The migration to work on: the oldest that has not ended. Plan: a few rows.
SELECT m.name, m.state, m.is_paused, m.rows_per_second, m.chunk_rows, m.held_by, m.extra_bytes, m.run
FROM ops.deferred_migration AS m
WHERE m.state NOT IN ('done', 'rolled back')
ORDER BY m.registered_at, m.name
LIMIT 1
