-- Notes what the worker decided. $1 name, $2 why it waits or NULL, $3 rows of the next chunk, $4 last error or NULL.
UPDATE ops.deferred_migration AS m
SET held_since = CASE WHEN $2::text IS NULL THEN NULL WHEN m.held_by IS NULL THEN now() ELSE m.held_since END,
    held_by = $2, chunk_rows = $3, last_error = $4
WHERE m.name = $1
    AND (m.held_by IS DISTINCT FROM $2 OR m.chunk_rows <> $3 OR m.last_error IS DISTINCT FROM $4)
