-- Stops or lets go on what has not ended. $1 name or NULL for all; $2 whether to stop. What was rolled back begins anew when
-- it is let go on. Returns the names. Plan: a few rows.
UPDATE ops.deferred_migration AS m
SET is_paused = $2,
    state = CASE WHEN m.state = 'rolled back' AND NOT $2 THEN 'moving' ELSE m.state END,
    run = CASE WHEN m.state = 'rolled back' AND NOT $2 THEN m.run + 1 ELSE m.run END,
    ended_at = CASE WHEN m.state = 'rolled back' AND NOT $2 THEN NULL ELSE m.ended_at END,
    moved_at = CASE WHEN m.state = 'rolled back' THEN NULL ELSE m.moved_at END,
    changed_at = now()
WHERE m.name = coalesce($1, m.name) AND m.state <> 'done' AND (m.state <> 'rolled back' OR NOT $2)
RETURNING m.name
