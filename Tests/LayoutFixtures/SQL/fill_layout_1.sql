-- Fills layout 1, always alike: $1 events over $2 days that end at $3, and of older times $4 rows of statistics, over two years.
-- Times of the heap grow, as a log's do.
WITH made AS (
    SELECT
        n,
        $3::timestamptz - ($1::bigint - n) * (make_interval(days => $2::integer) / $1::bigint) AS occurred_at,
        hashint8extended(n, 1) & 2147483647 AS dice
    FROM generate_series(1, $1::bigint) AS n
), told AS (
    SELECT
        m.n, m.occurred_at,
        'mx' || 1 + m.dice % 3 AS node,
        (ARRAY['reception', 'delivery', 'delivery', 'delivery', 'transient failure', 'permanent failure', 'transfer'])[1 + m.dice / 7 % 7] AS kind,
        'd' || (sqrt(m.dice / 64 % 40000) * 0.75)::integer || '.example' AS domain,
        (ARRAY[E'\t', E'out\tsmtp', E'bulk\tb1'])[1 + m.dice / 3 % 3] AS binding,
        m.dice
    FROM made AS m
), events AS (
    INSERT INTO layout_1.event
    SELECT
        t.n, t.occurred_at, t.node, t.kind,
        upper(to_hex(t.n / 2)) || 'MX', 'user' || t.dice % 100000 || '@' || t.domain, CASE WHEN t.dice % 50 = 0 THEN '' ELSE 'bounces@list' || t.dice % 20 || '.example' END,
        t.binding, CASE WHEN t.kind = 'reception' THEN '' ELSE 'mx.' || t.domain END,
        CASE WHEN t.dice % 4 > 0 THEN '192.0.2.0'::inet + t.dice % 256 END,
        hashint8extended(t.n / 2, 2), hashint8extended(t.dice % 100000, 3), hashint8extended(t.dice % 20, 4),
        CASE WHEN t.kind IN ('reception', 'delivery') THEN 1000 + t.dice % 90000 END,
        CASE WHEN t.kind = 'delivery' AND t.dice % 9 > 0 THEN t.dice % 60000 END,
        CASE t.kind WHEN 'delivery' THEN '2.0.0' WHEN 'transient failure' THEN '4.2.2' WHEN 'permanent failure' THEN '5.1.1' END,
        CASE WHEN t.kind <> 'reception' THEN 1 + t.dice / 11 % 3 END,
        CASE t.kind WHEN 'delivery' THEN 250 WHEN 'transient failure' THEN 450 WHEN 'permanent failure' THEN 550 END,
        CASE WHEN t.kind LIKE '%failure' THEN 'the mailbox of user' || t.dice % 100000 || ' is not what it was; see https://example.org/help/' || t.dice % 7 END
    FROM told AS t
    RETURNING *
), old AS (
    SELECT
        date_bin('1 minute', $3::timestamptz - make_interval(days => $2::integer) - s * (interval '700 days' / greatest($4::bigint, 1)), '2000-01-01 00:00:00+00') AS minute,
        'mx' || 1 + s % 3 AS node, E'out\tsmtp' AS binding, 'd' || s % 150 || '.example' AS domain,
        s % 7 AS receptions, 1 + s % 11 AS deliveries
    FROM generate_series(1, $4::bigint) AS s
)
INSERT INTO layout_1.statistics
SELECT
    date_bin('1 minute', e.occurred_at, '2000-01-01 00:00:00+00'), e.node, e.binding, split_part(e.recipient, '@', 2),
    count(*) FILTER (WHERE e.kind = 'reception'),
    count(*) FILTER (WHERE e.kind = 'delivery'),
    count(*) FILTER (WHERE e.kind = 'delivery' AND e.attempt > 1),
    count(*) FILTER (WHERE e.kind = 'transient failure'),
    count(*) FILTER (WHERE e.kind = 'permanent failure'),
    count(e.delay_ms) FILTER (WHERE e.kind = 'delivery'),
    coalesce(max(e.delay_ms) FILTER (WHERE e.kind = 'delivery'), 0),
    coalesce(sum(e.size) FILTER (WHERE e.kind = 'reception'), 0),
    coalesce(sum(e.size) FILTER (WHERE e.kind = 'delivery'), 0),
    coalesce(sum(e.delay_ms) FILTER (WHERE e.kind = 'delivery'), 0)
FROM events AS e
WHERE e.kind <> 'transfer'
GROUP BY 1, 2, 3, 4
UNION ALL
SELECT o.minute, o.node, o.binding, o.domain, sum(o.receptions), sum(o.deliveries), 0, 0, 0, 0, 0, sum(o.receptions) * 5000, sum(o.deliveries) * 6000, 0
FROM old AS o
GROUP BY o.minute, o.node, o.binding, o.domain
