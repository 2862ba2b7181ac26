-- Who has planned on a cube, and may not have its snapshot yet: the transactions of other sessions that hold a lock on one.
-- Plan: the lock table, and one catalog look-up a cube.
SELECT coalesce(array_agg(DISTINCT l.virtualtransaction), '{}') AS readers
FROM pg_locks AS l
JOIN ops.cube AS c ON l.relation = to_regclass('rt_log.' || c.relation)
WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_backend_pid()
