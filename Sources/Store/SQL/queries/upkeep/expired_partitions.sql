-- Partitions older than what their table keeps, oldest first, and those whose detaching was interrupted, before all others.
-- A partition that was detached and not dropped is found by its name. How far a table's contents have expired is decided
-- in advance_horizons, never here. Plan: catalog only.
SELECT
    t.relation,
    c.relname AS partition,
    i.inhrelid IS NOT NULL AS is_attached,
    coalesce(i.inhdetachpending, false) AS is_detaching,
    e.is_expired,
    pg_total_relation_size(c.oid) AS bytes
FROM ops.partitioned_table AS t
JOIN pg_class AS c
    ON c.relnamespace = 'rt_log'::regnamespace AND c.relkind = 'r' AND c.relname ~ ('^' || t.relation || '_[0-9]{6,8}$')
LEFT JOIN pg_inherits AS i ON i.inhrelid = c.oid
CROSS JOIN LATERAL (
    SELECT (to_date(substring(c.relname FROM '[0-9]+$'), t.suffix)::timestamp + t.step) AT TIME ZONE 'UTC' AS upper_bound
) AS b
CROSS JOIN LATERAL (
    -- Where the clock went back, what it had moved too far does not count.
    SELECT
        t.kept_since IS NOT NULL AND b.upper_bound <= rt_log.horizon(t.relation)
            OR b.upper_bound <= coalesce(t.budget_since, '-infinity') AS is_expired
) AS e
WHERE coalesce(i.inhdetachpending, false) OR e.is_expired
ORDER BY 4 DESC, b.upper_bound, t.relation
