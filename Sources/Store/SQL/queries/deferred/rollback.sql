-- Turns round what is not past the point of no return. $1 name or NULL for all. Returns the names. Plan: a few rows.
UPDATE ops.deferred_migration AS m
SET state = 'rolling back', is_paused = false, changed_at = now()
WHERE m.name = coalesce($1, m.name) AND m.state IN ('moving', 'moved')
RETURNING m.name
