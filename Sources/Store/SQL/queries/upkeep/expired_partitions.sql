-- Partitions that are past what their table keeps, oldest first, with whether a detach was begun and not ended.
-- The clock must agree with the data: nothing is expired while the newest event is older than the span that would go.
-- Plan: catalog only, and one newest row of ops.source_file.
SELECT
    t.relation,
    c.relname AS partition,
    i.inhdetachpending AS is_detaching,
    pg_total_relation_size(c.oid) AS bytes
FROM ops.partitioned_table AS t
JOIN pg_class AS p ON p.oid = ('rt_log.' || quote_ident(t.relation))::regclass
JOIN pg_inherits AS i ON i.inhparent = p.oid
JOIN pg_class AS c ON c.oid = i.inhrelid
CROSS JOIN LATERAL (
    SELECT substring(pg_get_expr(c.relpartbound, c.oid) FROM 'TO \(''([^'']+)''\)')::timestamptz AS upper_bound
) AS b
WHERE i.inhdetachpending
    OR b.upper_bound <= least(now(), (SELECT max(s.last_report_at) FROM ops.source AS s)) - t.kept_for
ORDER BY b.upper_bound, t.relation
