-- Who has planned on a step's target, and may not have its snapshot yet. $1 the target. Plan: the lock table.
SELECT coalesce(array_agg(DISTINCT l.virtualtransaction), '{}') AS readers
FROM pg_locks AS l
WHERE l.relation = $1::text::regclass AND l.locktype = 'relation' AND l.granted AND l.pid <> pg_backend_pid()
