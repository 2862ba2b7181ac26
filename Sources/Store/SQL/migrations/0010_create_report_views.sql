-- The contract with readers, version 1: people, Grafana, and our own consoles. Columns are only ever added.

-- rt_log.event_measure: each event as one row of measures, its domain named as the minute cubes name it. For the parts of
-- a period that no whole minute covers.
DO $$
BEGIN
    EXECUTE format(
        'CREATE VIEW rt_log.event_measure AS
         SELECT e.occurred_at AS bucket, e.node_id, e.binding_id,
            CASE WHEN e.domain_id = 0 THEN 0 ELSE coalesce(t.domain_id, 1) END AS domain_id,
            e.domain_id AS exact_domain_id, %s
         FROM rt_log.event AS e
         LEFT JOIN rt_log.domain_tier AS t
            ON t.domain_id = e.domain_id AND t.tier = ''minute''
            AND e.occurred_at >= t.valid_from AND e.occurred_at < t.valid_to
         WHERE e.kind <> 11',
        (
            SELECT string_agg(format('CASE WHEN %s THEN %s ELSE 0 END AS %I', condition, value, measure), ', ')
            FROM (VALUES
                ('receptions', 'e.kind = 1', '1'),
                ('deliveries', 'e.kind = 2', '1'),
                ('deliveries_later', 'e.kind = 2 AND e.attempt > 1', '1'),
                ('transient_failures', 'e.kind = 3', '1'),
                ('transient_failures_later', 'e.kind = 3 AND e.attempt > 1', '1'),
                ('permanent_failures', 'e.kind = 4', '1'),
                ('out_of_band_bounces', 'e.kind = 5', '1'),
                ('expirations', 'e.kind = 6', '1'),
                ('rejections_5xx', 'e.kind = 7 AND coalesce(e.reply_code, e.status / 10000, 500) >= 500', '1'),
                ('rejections_4xx', 'e.kind = 7 AND coalesce(e.reply_code, e.status / 10000, 500) < 500', '1'),
                ('discards', 'e.kind = 8', '1'),
                ('administrative_failures', 'e.kind = 9', '1'),
                ('feedback_reports', 'e.kind = 10', '1'),
                ('deliveries_timed', 'e.kind = 2 AND e.delay_ms IS NOT NULL', '1'),
                ('delivery_ms_max', 'e.kind = 2', 'coalesce(e.delay_ms, 0)'),
                ('bytes_in', 'e.kind IN (1, 12)', 'coalesce(e.size, 0)'),
                ('bytes_out', 'e.kind = 2', 'coalesce(e.size, 0)'),
                ('delivery_ms_sum', 'e.kind = 2', 'coalesce(e.delay_ms, 0)')
            ) AS m (measure, condition, value)
        )
    );
END
$$;
COMMENT ON VIEW rt_log.event_measure IS 'Each event as one row of measures.';

-- Views of each cube with names in place of numbers, folded or not. A view's functions run with its reader's rights: only
-- built-in ones here.
DO $$
DECLARE
    cube ops.cube;
BEGIN
    FOR cube IN SELECT * FROM ops.cube AS c WHERE c.family IN ('traffic', 'domain', 'wide') AND c.grain <= '1 day' LOOP
        EXECUTE format(
            'CREATE VIEW report_v1.%1$I AS
             SELECT c.bucket AS %2$I%3$s, %4$s
             FROM (
                SELECT bucket, %5$s, %6$s FROM rt_log.%1$I
                UNION ALL
                SELECT date_bin(%7$L, bucket, timestamptz ''2000-01-01 00:00:00+00''), %5$s, %6$s FROM rt_log.traffic_delta
             ) AS c %8$s
             GROUP BY c.bucket, %9$s',
            cube.relation,
            substring(cube.relation FROM '[a-z]+$'),
            CASE WHEN 'node_id' = ANY (cube.keys) THEN ', n.name AS node, b.group_name AS binding_group, b.binding_name AS binding' ELSE '' END
                || CASE WHEN 'domain_id' = ANY (cube.keys) THEN ', d.name AS domain' ELSE '' END,
            rt_log.measures('sum(c.%1$I)::bigint AS %1$I', 'max(c.%1$I)::bigint AS %1$I'),
            array_to_string(cube.keys, ', '),
            rt_log.measures('%I', '%I'),
            cube.grain,
            CASE WHEN 'node_id' = ANY (cube.keys)
                THEN 'JOIN ops.node AS n ON n.node_id = c.node_id JOIN rt_log.binding AS b ON b.term_id = c.binding_id ' ELSE '' END
                || CASE WHEN 'domain_id' = ANY (cube.keys) THEN 'JOIN rt_log.domain AS d ON d.term_id = c.domain_id' ELSE '' END,
            concat_ws(', ',
                CASE WHEN 'node_id' = ANY (cube.keys) THEN 'n.name, b.group_name, b.binding_name' END,
                CASE WHEN 'domain_id' = ANY (cube.keys) THEN 'd.name' END)
        );
        EXECUTE format(
            'COMMENT ON VIEW report_v1.%I IS %L', cube.relation,
            format('Traffic a %s%s. Counts of events; times in milliseconds, sizes in bytes. Complete at every instant.',
                substring(cube.relation FROM '[a-z]+$'),
                CASE cube.family WHEN 'traffic' THEN ', node and binding' WHEN 'domain' THEN ' and domain' ELSE ', node, binding and domain' END)
        );
    END LOOP;
END
$$;

CREATE VIEW report_v1.source AS
SELECT
    n.name AS node,
    s.name AS source,
    s.format,
    s.is_sample,
    s.last_report_at,
    s.read_up_to AS complete_until,
    f.newest_line_at,
    s.lag_bytes,
    coalesce(f.lines, 0)::bigint AS lines,
    coalesce(f.events, 0)::bigint AS events,
    coalesce(f.quarantined, 0)::bigint AS quarantined,
    s.last_error,
    s.last_error_at
FROM ops.source AS s
JOIN ops.node AS n ON n.node_id = s.node_id
LEFT JOIN LATERAL (
    SELECT sum(x.lines) AS lines, sum(x.events) AS events, sum(x.quarantined) AS quarantined, max(x.read_up_to) AS newest_line_at
    FROM ops.source_file AS x
    WHERE x.source_id = s.source_id
) AS f ON true
WHERE NOT s.is_import;
COMMENT ON VIEW report_v1.source IS 'Each followed log: how far it is read, and how it is doing.';
COMMENT ON COLUMN report_v1.source.complete_until IS 'All that the log held up to this time is counted.';

CREATE VIEW report_v1.import AS
SELECT
    n.name AS node,
    f.name AS file,
    s.format,
    f.position AS bytes,
    f.lines,
    f.events,
    f.quarantined,
    f.read_up_to AS newest_line_at,
    f.opened_at AS begun_at,
    f.updated_at
FROM ops.source AS s
JOIN ops.node AS n ON n.node_id = s.node_id
JOIN ops.source_file AS f ON f.source_id = s.source_id
WHERE s.is_import AND f.head_length > 0;
COMMENT ON VIEW report_v1.import IS 'Each archived file that was imported, and how far.';
COMMENT ON COLUMN report_v1.import.bytes IS 'Decompressed bytes that are counted.';

CREATE VIEW report_v1.ingest_gate AS
SELECT g.is_open, g.reason, g.since
FROM ops.ingest_gate AS g;
COMMENT ON VIEW report_v1.ingest_gate IS 'One row: whether events are taken, and why not.';

CREATE VIEW report_v1.queue AS
SELECT q.taken_at, n.name AS node, q.active, q.delayed, q.connections_in, q.connections_out
FROM rt_log.queue_sample AS q
JOIN ops.node AS n ON n.node_id = q.node_id;
COMMENT ON VIEW report_v1.queue IS 'Sizes of the queues of each node, in messages, and open sessions, as sampled. NULL: its server does not tell.';

CREATE VIEW report_v1.queue_part AS
SELECT q.taken_at, n.name AS node, b.group_name AS binding_group, b.binding_name AS binding, d.name AS domain, q.active, q.delayed
FROM rt_log.queue_part AS q
JOIN ops.node AS n ON n.node_id = q.node_id
JOIN rt_log.binding AS b ON b.term_id = q.binding_id
JOIN rt_log.domain AS d ON d.term_id = q.domain_id;
COMMENT ON VIEW report_v1.queue_part IS
    'The largest parts of each node''s queues, once a minute. What its server does not tell apart is empty; smaller parts are "other".';

CREATE VIEW report_v1.queue_now AS
SELECT n.name AS node, q.taken_at, q.active, q.delayed, q.connections_in, q.connections_out
FROM ops.node AS n
CROSS JOIN LATERAL (
    SELECT s.taken_at, s.active, s.delayed, s.connections_in, s.connections_out
    FROM rt_log.queue_sample AS s
    WHERE s.node_id = n.node_id AND s.taken_at > now() - interval '1 minute' AND s.taken_at <= now() + interval '1 hour'
    ORDER BY s.taken_at DESC
    LIMIT 1
) AS q;
COMMENT ON VIEW report_v1.queue_now IS 'The newest sample of each node, if it is younger than a minute.';

CREATE VIEW report_v1.event AS
SELECT
    e.occurred_at, n.name AS node, e.kind, e.message_id, e.recipient_local, d.name AS recipient_domain,
    e.sender_local, sd.name AS sender_domain, b.group_name AS binding_group, b.binding_name AS binding,
    h.name AS remote_host, e.remote_address, e.size, e.delay_ms, e.reply_code,
    CASE WHEN e.status IS NOT NULL
        THEN concat_ws('.', e.status / 1000000, e.status / 1000 % 1000, e.status % 1000) END AS status,
    e.attempt, e.stage, e.bounce_class, r.name AS reason, e.reply
FROM rt_log.event AS e
JOIN ops.node AS n ON n.node_id = e.node_id
JOIN rt_log.domain AS d ON d.term_id = e.domain_id
JOIN rt_log.domain AS sd ON sd.term_id = e.sender_domain_id
JOIN rt_log.binding AS b ON b.term_id = e.binding_id
JOIN rt_log.host AS h ON h.term_id = e.host_id
JOIN rt_log.reason AS r ON r.term_id = e.reason_id;
COMMENT ON VIEW report_v1.event IS 'Events within the raw horizon, texts in place of numbers. Give a period: it is large.';

CREATE VIEW report_v1.node AS
SELECT n.name, n.created_at
FROM ops.node AS n;
COMMENT ON VIEW report_v1.node IS 'Mail servers, as their collectors are named.';

CREATE VIEW report_v1.binding AS
SELECT b.group_name AS binding_group, b.binding_name AS binding
FROM rt_log.binding AS b
WHERE b.term_id > 1;
COMMENT ON VIEW report_v1.binding IS 'Bindings and their groups that were ever seen.';

CREATE VIEW report_v1.domain AS
SELECT d.name, t.domain_id IS NOT NULL AS is_named
FROM rt_log.domain AS d
LEFT JOIN rt_log.domain_tier AS t ON t.domain_id = d.term_id AND t.tier = 'minute' AND t.valid_to = 'infinity'
WHERE d.term_id > 1;
COMMENT ON VIEW report_v1.domain IS 'Every domain that was seen, of recipients and senders.';
COMMENT ON COLUMN report_v1.domain.is_named IS 'Whether the minute cubes name it now; all others are counted in "other".';
