-- Ends the time to change one's mind of what is moved. $1 name or NULL for all. Returns the names. Plan: a few rows.
UPDATE ops.deferred_migration AS m
SET state = 'completing', is_paused = false, changed_at = now()
WHERE m.name = coalesce($1, m.name) AND m.state = 'moved'
RETURNING m.name
