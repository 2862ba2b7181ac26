-- Limits the speed of what has not ended. $1 name or NULL for all; $2 rows a second, or NULL for as fast as nothing else
-- suffers. Returns the names. Plan: a few rows.
UPDATE ops.deferred_migration AS m
SET rows_per_second = $2, changed_at = now()
WHERE m.name = coalesce($1, m.name) AND m.state NOT IN ('done', 'rolled back')
RETURNING m.name
