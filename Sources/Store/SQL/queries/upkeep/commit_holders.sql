-- The commits that may not have seen which minutes are closed: transactions that hold a lock on ops.closed_minute.
-- Plan: the lock table.
SELECT coalesce(array_agg(DISTINCT l.virtualtransaction), '{}') AS holders
FROM pg_locks AS l
WHERE l.locktype = 'relation' AND l.relation = 'ops.closed_minute'::regclass AND l.granted AND l.pid <> pg_backend_pid()
