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
                ('bytes_in', 'e.kind = 1', 'coalesce(e.size, 0)'),
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
    FOR cube IN SELECT * FROM ops.cube LOOP
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
) AS f ON true;
COMMENT ON VIEW report_v1.source IS 'Each followed log: how far it is read, and how it is doing.';
COMMENT ON COLUMN report_v1.source.complete_until IS 'All that the log held up to this time is counted.';

CREATE VIEW report_v1.ingest_gate AS
SELECT g.is_open, g.reason, g.since
FROM ops.ingest_gate AS g;
COMMENT ON VIEW report_v1.ingest_gate IS 'One row: whether events are taken, and why not.';

CREATE VIEW report_v1.queue AS
SELECT q.taken_at, n.name AS node, q.active, q.delayed
FROM rt_log.queue_sample AS q
JOIN ops.node AS n ON n.node_id = q.node_id;
COMMENT ON VIEW report_v1.queue IS 'Sizes of the queues of each node, in messages, as sampled.';

CREATE VIEW report_v1.queue_now AS
SELECT n.name AS node, q.taken_at, q.active, q.delayed
FROM ops.node AS n
CROSS JOIN LATERAL (
    SELECT s.taken_at, s.active, s.delayed
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

-- report_v1.segments(...): how a period is put together from the coarsest pieces that the cubes hold: days, hours,
-- minutes, and events for the parts of minutes at its ends. Pieces do not overlap, and cover the period. What is older
-- than a grain's horizon is widened to the next grain that still holds it.
--   family    'traffic' (by node and binding), 'domain', or 'wide' (by both)
--   coarsest  the largest grain that may be used where a finer one is held: the step of a series, or '1 day'
CREATE FUNCTION report_v1.segments(period_from timestamptz, period_to timestamptz, family text, coarsest interval)
RETURNS TABLE (grain text, segment_from timestamptz, segment_to timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    grains interval[] := '{1 minute,1 hour,1 day}';
    names text[] := '{minute,hour,day}';
    horizons timestamptz[] := ARRAY[rt_log.horizon(family || '_by_minute'), rt_log.horizon(family || '_by_hour'), '-infinity'];
    raw_horizon timestamptz := rt_log.horizon('event');
    low timestamptz := period_from;
    high timestamptz := period_to;
    inner_low timestamptz;
    inner_high timestamptz;
    step interval := grains[1];
BEGIN
    IF horizons[1] IS NULL THEN
        RAISE EXCEPTION 'there is no family of cubes %', family USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF low >= high THEN
        RETURN;
    END IF;
    IF low < raw_horizon THEN low := rt_log.bucket_of(step, low); END IF;
    IF high < raw_horizon AND high > rt_log.bucket_of(step, high) THEN high := rt_log.bucket_of(step, high) + step; END IF;
    inner_low := CASE WHEN low = rt_log.bucket_of(step, low) THEN low ELSE rt_log.bucket_of(step, low) + step END;
    inner_high := rt_log.bucket_of(step, high);
    IF inner_low > inner_high THEN
        RETURN QUERY SELECT 'event', low, high;
        RETURN;
    END IF;
    RETURN QUERY SELECT 'event', low, inner_low WHERE low < inner_low;
    RETURN QUERY SELECT 'event', inner_high, high WHERE inner_high < high;
    low := inner_low;
    high := inner_high;
    FOR i IN 1 .. 2 LOOP
        EXIT WHEN low >= high;
        step := grains[i + 1];
        IF low < horizons[i] THEN low := rt_log.bucket_of(step, low); END IF;
        IF high < horizons[i] AND high > rt_log.bucket_of(step, high) THEN high := rt_log.bucket_of(step, high) + step; END IF;
        IF step > coarsest THEN
            -- All that this grain holds; what is older in the next.
            RETURN QUERY SELECT names[i], greatest(low, horizons[i]), high WHERE greatest(low, horizons[i]) < high;
            high := least(high, horizons[i]);
            CONTINUE;
        END IF;
        inner_low := CASE WHEN low = rt_log.bucket_of(step, low) THEN low ELSE rt_log.bucket_of(step, low) + step END;
        inner_high := rt_log.bucket_of(step, high);
        IF inner_low >= inner_high THEN
            RETURN QUERY SELECT names[i], low, high;
            RETURN;
        END IF;
        RETURN QUERY SELECT names[i], low, inner_low WHERE low < inner_low;
        RETURN QUERY SELECT names[i], inner_high, high WHERE inner_high < high;
        low := inner_low;
        high := inner_high;
    END LOOP;
    RETURN QUERY SELECT names[3], low, high WHERE low < high;
END
$$;
COMMENT ON FUNCTION report_v1.segments(timestamptz, timestamptz, text, interval) IS 'How a period is put together from cubes and events.';

-- The row of report_v1.traffic.
CREATE TABLE report_v1.traffic_row (
    bucket timestamptz,
    node text,
    binding_group text,
    binding text,
    domain text,
    receptions bigint,
    deliveries bigint,
    deliveries_later bigint,
    transient_failures bigint,
    transient_failures_later bigint,
    permanent_failures bigint,
    out_of_band_bounces bigint,
    expirations bigint,
    rejections_5xx bigint,
    rejections_4xx bigint,
    discards bigint,
    administrative_failures bigint,
    feedback_reports bigint,
    deliveries_timed bigint,
    delivery_ms_max bigint,
    bytes_in bigint,
    bytes_out bigint,
    delivery_ms_sum bigint
);
COMMENT ON TABLE report_v1.traffic_row IS 'Never holds a row: the columns of report_v1.traffic().';

-- report_v1.traffic(...): the traffic of a period, summed from the coarsest pieces that hold it, in one snapshot.
--   period_from, period_to   half open
--   only_…                   filters by name; NULL lets everything through
--   by_…                     what rows are told apart by; columns that are not asked for are NULL
--   step                     the width of a series' buckets (minutes, hours or days, counted from midnight UTC); NULL: none
-- Plan: one index range scan a piece of the period; no event but at the edges, or for a domain that no cube names.
CREATE FUNCTION report_v1.traffic(
    period_from timestamptz,
    period_to timestamptz,
    only_node text DEFAULT NULL,
    only_binding_group text DEFAULT NULL,
    only_binding text DEFAULT NULL,
    only_domain text DEFAULT NULL,
    by_node boolean DEFAULT false,
    by_binding boolean DEFAULT false,
    by_domain boolean DEFAULT false,
    step interval DEFAULT NULL
) RETURNS SETOF report_v1.traffic_row
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
SET timezone = 'UTC'
SET datestyle = 'ISO'
SET intervalstyle = 'postgres'
AS $$
DECLARE
    names_domain boolean := by_domain OR only_domain IS NOT NULL;
    names_binding boolean := by_binding OR by_node OR only_node IS NOT NULL OR only_binding_group IS NOT NULL
        OR only_binding IS NOT NULL;
    the_family text := CASE WHEN names_domain AND names_binding THEN 'wide' WHEN names_domain THEN 'domain' ELSE 'traffic' END;
    the_domain integer;
    exact boolean := false;
    filters text := '';
    segment record;
    branches text[] := '{}';
    columns text := rt_log.measures('%I', '%I');
BEGIN
    IF only_domain IS NOT NULL THEN
        SELECT d.term_id INTO the_domain FROM rt_log.domain AS d WHERE d.name = only_domain;
        IF NOT FOUND THEN RETURN; END IF;
        exact := the_domain > 1 AND period_from >= rt_log.horizon('event') AND NOT EXISTS (
            SELECT FROM rt_log.domain_tier AS t
            WHERE t.domain_id = the_domain AND t.tier = 'minute' AND t.valid_from <= period_from AND t.valid_to >= least(period_to, now())
        );
        filters := format(' AND %I = %s', CASE WHEN exact THEN 'exact_domain_id' ELSE 'domain_id' END, the_domain);
    END IF;
    IF only_node IS NOT NULL THEN
        filters := filters || format(' AND node_id = (SELECT n.node_id FROM ops.node AS n WHERE n.name = %L)', only_node);
    END IF;
    IF only_binding_group IS NOT NULL OR only_binding IS NOT NULL THEN
        filters := filters || format(
            ' AND binding_id IN (SELECT b.term_id FROM rt_log.binding AS b
                WHERE b.group_name = coalesce(%L, b.group_name) AND b.binding_name = coalesce(%L, b.binding_name))',
            only_binding_group, only_binding
        );
    END IF;
    FOR segment IN
        SELECT 'event' AS grain, period_from AS segment_from, period_to AS segment_to WHERE exact
        UNION ALL
        SELECT s.grain, s.segment_from, s.segment_to
        FROM report_v1.segments(
            period_from, period_to, the_family, coalesce(step, '1 day')
        ) AS s
        WHERE NOT exact
    LOOP
        branches := branches || format(
            'SELECT bucket, %1$s, %2$s FROM rt_log.%3$I WHERE bucket >= %4$L AND bucket < %5$L%6$s',
            (
                SELECT string_agg(CASE WHEN k = ANY (c.keys) OR segment.grain = 'event' THEN k ELSE '0 AS ' || k END, ', ')
                FROM unnest('{node_id,binding_id,domain_id}'::text[]) AS k
            ),
            columns,
            CASE WHEN segment.grain = 'event' THEN 'event_measure' ELSE c.relation END,
            segment.segment_from, segment.segment_to, filters
        )
        FROM ops.cube AS c
        WHERE c.family = the_family AND c.grain = CASE WHEN segment.grain = 'event' THEN interval '1 day' ELSE ('1 ' || segment.grain)::interval END;
        IF segment.grain <> 'event' THEN
            branches := branches || format(
                'SELECT bucket, node_id, binding_id, domain_id, %s FROM rt_log.traffic_delta WHERE bucket >= %L AND bucket < %L%s',
                columns, segment.segment_from, segment.segment_to, filters
            );
        END IF;
    END LOOP;
    IF branches = '{}' THEN RETURN; END IF;
    RETURN QUERY EXECUTE format(
        'SELECT s.bucket, %8$s, %1$s
         FROM (
            SELECT %2$s AS bucket, %3$s AS node_id, %4$s AS binding_id, %5$s AS domain_id, %6$s
            FROM (%7$s) AS u
            GROUP BY 1, 2, 3, 4
         ) AS s',
        rt_log.measures('s.%I', 's.%I'),
        CASE WHEN step IS NULL THEN 'NULL::timestamptz' ELSE format('date_bin(%L, u.bucket, ''2000-01-01 00:00:00+00'')', step) END,
        CASE WHEN by_node THEN 'u.node_id' ELSE 'NULL::smallint' END,
        CASE WHEN by_binding THEN 'u.binding_id' ELSE 'NULL::integer' END,
        CASE WHEN by_domain THEN CASE WHEN exact THEN the_domain::text ELSE 'u.domain_id' END ELSE 'NULL::integer' END,
        rt_log.measures('sum(u.%1$I)::bigint AS %1$I', 'max(u.%1$I)::bigint AS %1$I'),
        array_to_string(branches, ' UNION ALL '),
        -- One look-up a row: a join would read all domains there are.
        concat_ws(', ',
            CASE WHEN by_node THEN '(SELECT n.name FROM ops.node AS n WHERE n.node_id = s.node_id)' ELSE 'NULL::text' END,
            CASE WHEN by_binding THEN
                '(SELECT b.group_name FROM rt_log.binding AS b WHERE b.term_id = s.binding_id),
                 (SELECT b.binding_name FROM rt_log.binding AS b WHERE b.term_id = s.binding_id)'
                ELSE 'NULL::text, NULL::text' END,
            CASE WHEN by_domain THEN '(SELECT d.name FROM rt_log.domain AS d WHERE d.term_id = s.domain_id)' ELSE 'NULL::text' END)
    );
END
$$;
COMMENT ON FUNCTION report_v1.traffic(
    timestamptz, timestamptz, text, text, text, text, boolean, boolean, boolean, interval
) IS 'The traffic of a period, filtered and grouped; complete at every instant.';

GRANT SELECT ON ALL TABLES IN SCHEMA report_v1 TO mailmill_report, mailmill_console, mailmill_monitor;
-- Whoever watches the server has no business with people's addresses.
REVOKE SELECT ON report_v1.event FROM mailmill_monitor;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA report_v1 TO mailmill_report, mailmill_console, mailmill_monitor;
