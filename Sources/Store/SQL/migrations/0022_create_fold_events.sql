-- Folding events into the event-fed cubes.

-- rt_log.events_since(after): where the first partition of events begins that ends after a time and has rows, committed or
-- not; 'infinity' if there is none. Plan: catalog, and the sizes of at most the horizon's days.
CREATE FUNCTION rt_log.events_since(after timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(min(b.start), 'infinity')
    FROM ops.partitioned_table AS t
    JOIN pg_inherits AS i ON i.inhparent = 'rt_log.event'::regclass
    JOIN pg_class AS c ON c.oid = i.inhrelid AND pg_relation_size(c.oid) > 0
    CROSS JOIN LATERAL (
        SELECT to_date(substring(c.relname FROM '[0-9]+$'), t.suffix)::timestamp AT TIME ZONE 'UTC' AS start
    ) AS b
    WHERE t.relation = 'event' AND b.start + t.step > after
$$;

-- ops.close_minutes(grace, most): moves ops.closed_minute on, and returns how far fold_events() may go once all commits that
-- may have read the old value have ended. A minute is closed a grace after its end, and not before the collectors that
-- report now have read it, so that reading an old log is not one long lateness; one that is a quarter of an hour behind the
-- foremost is not waited for. At most `most` (an hour or more) beyond what is folded, up to a whole hour, so that no fold is
-- too long; days without events do not count. Plan: the few rows of ops.source, and that of rt_log.events_since.
CREATE FUNCTION ops.close_minutes(grace interval, most interval) RETURNS timestamptz
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
    UPDATE ops.closed_minute AS c
    SET closed_to = greatest(c.closed_to, rt_log.bucket_of('1 minute', least(
        now() - grace,
        (
            SELECT greatest(min(s.read_up_to), max(s.read_up_to) - interval '15 minutes')
            FROM ops.source AS s
            WHERE s.last_report_at > now() - interval '1 minute' AND s.lag_bytes > 0
        ),
        rt_log.bucket_of('1 hour', greatest(m.folded_to, rt_log.horizon('event'), rt_log.events_since(m.folded_to)) + most)
    )))
    FROM ops.fold_mark AS m
    RETURNING c.closed_to
$$;

-- rt_log.fact_days(before): the days whose cubes folding up to a time may write to: those of late facts, and those from the
-- mark on that can have events.
CREATE FUNCTION rt_log.fact_days(before timestamptz) RETURNS SETOF timestamptz
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT rt_log.bucket_of('1 day', f.bucket) FROM rt_log.late_fact AS f
    UNION
    SELECT d
    FROM ops.fold_mark AS m, generate_series(rt_log.bucket_of('1 day', m.folded_to), before - interval '1 microsecond', '1 day') AS d
    WHERE ops.has_partition('event', d)
$$;

-- rt_log.make_fact_partitions(before): makes the partitions that fold_events(before) needs. In a transaction of its own and
-- some time before it, as make_cube_partitions. Returns how many it made.
CREATE FUNCTION rt_log.make_fact_partitions(before timestamptz) RETURNS bigint
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT count(*) FILTER (WHERE ops.ensure_partition(n.relation, n.start))
    FROM (
        SELECT DISTINCT c.relation, rt_log.bucket_of(greatest(c.grain, '1 day'), d.day) AS start
        FROM rt_log.fact_days(before) AS d (day), ops.cube AS c
        WHERE c.source = 'event' AND d.day >= rt_log.horizon(c.relation)
        ORDER BY c.relation, start
        OFFSET 0
    ) AS n
$$;

-- rt_log.fact_fold_statements(has_late): the statements that add facts to all event-fed cubes; one for each family that no
-- other comes to, so that each has all the memory. $1 the mark, $2 up to where, $3 days of late facts; those are looked
-- for only if there are any.
-- Plan: a BRIN range scan of the minutes' events, a grouping by hash and an upsert by primary key a cube.
CREATE FUNCTION rt_log.fact_fold_statements(has_late boolean) RETURNS SETOF text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT rt_log.fold_statement(
        f.families,
        format(
            'SELECT * FROM rt_log.event_fact AS f WHERE f.bucket >= $1 AND f.bucket < $2 AND (%s)', f.condition
        ) || CASE WHEN has_late THEN format(
            ' UNION ALL
             SELECT * FROM rt_log.ranked_late_fact AS f
             WHERE (f.bucket < $1 OR NOT f.is_stored) AND rt_log.bucket_of(''1 day'', f.bucket) = ANY ($3) AND (%s)', f.condition
        ) ELSE '' END,
        string_agg(m.name, ', ' ORDER BY m.position),
        string_agg(format(CASE m.combine WHEN 'sum' THEN 'nullif(rt_log.total(%2$s), 0) AS %3$I' ELSE '%1$s(%2$s) AS %3$I' END,
            m.combine, m.expression, m.name), ', ' ORDER BY m.position),
        string_agg(format(CASE m.combine WHEN 'sum' THEN 'rt_log.total(f.%2$I) AS %2$I' ELSE '%1$s(f.%2$I) AS %2$I' END,
            m.combine, m.name), ', ' ORDER BY m.position),
        string_agg(format(CASE m.combine
            WHEN 'sum' THEN '%1$I = CASE WHEN c.%1$I IS NULL THEN excluded.%1$I ELSE c.%1$I + coalesce(excluded.%1$I, 0) END'
            WHEN 'min' THEN '%1$I = least(c.%1$I, excluded.%1$I)'
            ELSE '%1$I = greatest(c.%1$I, excluded.%1$I)' END, m.name), ', ' ORDER BY m.position)
    )
    FROM (
        SELECT f.measures, f.condition, (
            SELECT array_agg(g.family) FROM ops.fact_family AS g
            WHERE g.measures = f.measures AND g.condition = f.condition AND g.keys <@ f.keys
        ) AS families
        FROM ops.fact_family AS f
        WHERE NOT EXISTS (
            SELECT FROM ops.fact_family AS g
            WHERE g.measures = f.measures AND g.condition = f.condition AND g.keys @> f.keys AND g.family <> f.family
        )
    ) AS f
    JOIN ops.fact_measure AS m ON m.measures = f.measures
    GROUP BY f.condition, f.families
$$;

-- rt_log.fold_events(before): adds the events of before a time that are not folded yet, and the facts of late ones, to the
-- event-fed cubes, and moves ops.fold_mark there. `before` is what close_minutes returned, and every commit that may have
-- read an older ops.closed_minute has ended: then each event is either visible here, or its commit wrote late facts.
-- Must run in a REPEATABLE READ transaction, one caller at a time (upkeep/lock_fold_mark). Late facts between the mark and `before`
-- whose events are stored are dropped: the events tell. Returns the rows written to cubes.
-- Plan: that of rt_log.fact_fold_statements. A statement for all cubes together would group events by all their keys first:
-- nearly as many groups as events, and sorted, because they are too wide to be hashed.
CREATE FUNCTION rt_log.fold_events(before timestamptz) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET jit = off
AS $$
DECLARE
    mark timestamptz;
    days timestamptz[];
    has_late boolean;
    statement text;
    rows bigint;
    written bigint := 0;
BEGIN
    IF current_setting('transaction_isolation') <> 'repeatable read' THEN
        RAISE EXCEPTION 'rt_log.fold_events must run in a REPEATABLE READ transaction';
    END IF;
    IF before > (SELECT c.closed_to FROM ops.closed_minute AS c) THEN
        RAISE EXCEPTION 'minutes of before % are not closed', before;
    END IF;
    SELECT m.folded_to INTO STRICT mark FROM ops.fold_mark AS m;
    before := greatest(before, mark);
    SELECT coalesce(array_agg(d.day), '{}') INTO days
    FROM rt_log.fact_days(before) AS d (day)
    WHERE NOT EXISTS (
        SELECT FROM ops.cube AS c
        WHERE c.source = 'event' AND d.day >= rt_log.horizon(c.relation)
            AND NOT ops.has_partition(c.relation, rt_log.bucket_of(greatest(c.grain, '1 day'), d.day))
    );
    -- Late facts of days without partitions wait for them; the minutes' own days must have them.
    IF EXISTS (SELECT FROM rt_log.fact_days(before) AS d (day) WHERE d.day >= rt_log.bucket_of('1 day', mark) AND d.day <> ALL (days)) THEN
        RETURN 0;
    END IF;
    has_late := EXISTS (SELECT FROM rt_log.late_fact);
    IF before = mark AND NOT has_late THEN
        RETURN 0;
    END IF;
    PERFORM rt_log.give_fold_memory();
    FOR statement IN SELECT rt_log.fact_fold_statements(has_late) LOOP
        EXECUTE statement INTO rows USING mark, before, days;
        written := written + rows;
    END LOOP;
    DELETE FROM rt_log.late_fact AS f
    WHERE f.is_stored AND f.bucket >= mark AND f.bucket < before
        OR (f.bucket < mark OR NOT f.is_stored) AND rt_log.bucket_of('1 day', f.bucket) = ANY (days);
    UPDATE ops.fold_mark AS m SET folded_to = before WHERE m.folded_to < before;
    RETURN written;
END
$$;

-- ops.measure_sums(cube, relation, condition): the statement that sums all measures of a cube's grain by bucket, from itself
-- or from another relation with the same measures: rows of (bucket, sums as jsonb, without those of nothing).
CREATE FUNCTION ops.measure_sums(cube ops.cube, relation text, condition text) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format(
        'SELECT rt_log.bucket_of(%L, f.bucket) AS bucket, jsonb_strip_nulls(jsonb_build_object(%s)) AS sums FROM rt_log.%I AS f WHERE %s GROUP BY 1',
        cube.grain,
        string_agg(format('%L, nullif(%s(%s), 0)', m.name, m.combine, CASE WHEN relation IN ('event_fact', 'ranked_late_fact') THEN m.expression ELSE 'f.' || m.name END), ', '),
        relation, condition
    )
    FROM (
        SELECT a.attname::text AS name, 'f.' || a.attname AS expression, CASE WHEN a.attname LIKE '%\_max' THEN 'max' ELSE 'sum' END AS combine
        FROM pg_attribute AS a
        WHERE a.attrelid = 'rt_log.measure'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND cube.source = 'delta'
        UNION ALL
        SELECT m.name, m.expression, m.combine
        FROM ops.fact_family AS f JOIN ops.fact_measure AS m ON m.measures = f.measures
        WHERE f.family = cube.family AND cube.source = 'event'
    ) AS m
$$;

-- ops.check_figures(): every grain against the one below it, the finest against the events, families against each other:
-- the buckets that differ, the worst first; none if all is well. Give it one snapshot: REPEATABLE READ.
--   relation, bucket, measure  what differs
--   found, expected            its figure, and what `against` comes to
-- Plan: reads every cube once or twice, and the events that are kept. For a person's question, not for a page.
CREATE FUNCTION ops.check_figures() RETURNS TABLE (relation text, bucket timestamptz, measure text, found bigint, expected bigint, against text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET jit = off
AS $$
DECLARE
    mark timestamptz;
    check_ record;
BEGIN
    SELECT m.folded_to INTO STRICT mark FROM ops.fold_mark AS m;
    FOR check_ IN
        -- A grain and the next finer one of its family, where that holds the whole bucket.
        SELECT c.relation, b.relation AS against,
            ops.measure_sums(c, c.relation, format('f.bucket >= %L', h.since)) AS one,
            ops.measure_sums(c, b.relation, format('f.bucket >= %L', h.since)) AS other
        FROM ops.cube AS c
        CROSS JOIN LATERAL (
            SELECT d.* FROM ops.cube AS d
            WHERE (d.family = c.family OR c.family = 'pair' AND d.relation = 'wide_by_hour') AND d.grain <= c.grain AND d.relation <> c.relation
                AND (d.grain < c.grain OR c.family = 'pair' AND d.family = 'wide')
            ORDER BY d.grain DESC, d.family = c.family DESC
            LIMIT 1
        ) AS b
        CROSS JOIN LATERAL (SELECT rt_log.bucket_of(c.grain, rt_log.horizon(b.relation)) + c.grain AS since) AS h
        UNION ALL
        -- Families that are filled from the delta, by day.
        SELECT c.relation, 'total_by_day', ops.measure_sums(c, c.relation, 'true'), ops.measure_sums(c, 'total_by_day', 'true')
        FROM ops.cube AS c
        WHERE c.source = 'delta' AND c.grain = '1 day' AND c.family <> 'total'
        UNION ALL
        -- Minutes and what is not folded yet, against the events that are kept.
        SELECT c.relation, 'event',
            format('SELECT u.bucket, u.sums FROM (%s) AS u', ops.measure_sums(c, 'total_or_delta', 'f.bucket >= ' || quote_literal(rt_log.horizon('event')))),
            ops.measure_sums(c, 'event_measure', 'f.bucket >= ' || quote_literal(rt_log.horizon('event')))
        FROM ops.cube AS c
        WHERE c.relation = 'total_by_minute'
        UNION ALL
        -- Hours of event-fed cubes and late facts, against the events that are folded.
        SELECT c.relation, 'event',
            format('SELECT u.bucket, u.sums FROM (%s) AS u', ops.measure_sums(c, c.relation, 'f.bucket >= ' || quote_literal(rt_log.horizon('event')))),
            ops.measure_sums(c, 'event_fact', format(
                '(%s) AND f.bucket >= %L AND f.bucket < %L AND NOT EXISTS (
                    SELECT FROM rt_log.late_fact AS l WHERE rt_log.bucket_of(''1 hour'', l.bucket) = rt_log.bucket_of(''1 hour'', f.bucket))',
                (SELECT f.condition FROM ops.fact_family AS f WHERE f.family = c.family), rt_log.horizon('event'), mark))
        FROM ops.cube AS c
        WHERE c.source = 'event' AND c.grain = '1 hour'
    LOOP
        RETURN QUERY EXECUTE format(
            'SELECT %1$L::text, bucket, k.name, coalesce((a.sums ->> k.name)::numeric, 0)::bigint, coalesce((b.sums ->> k.name)::numeric, 0)::bigint, %2$L::text
             FROM (%3$s) AS a FULL JOIN (%4$s) AS b USING (bucket)
             CROSS JOIN LATERAL jsonb_object_keys(coalesce(a.sums, ''{}'') || coalesce(b.sums, ''{}'')) AS k (name)
             WHERE a.sums IS DISTINCT FROM b.sums AND a.sums ->> k.name IS DISTINCT FROM b.sums ->> k.name
                AND (%5$L <> ''event'' OR NOT EXISTS (
                    SELECT FROM rt_log.late_fact AS l WHERE rt_log.bucket_of(''1 hour'', l.bucket) = bucket AND %6$L))
             ORDER BY abs(coalesce((a.sums ->> k.name)::numeric, 0) - coalesce((b.sums ->> k.name)::numeric, 0)) DESC, bucket DESC
             LIMIT 100',
            check_.relation, check_.against, check_.one, check_.other, check_.against, check_.relation <> 'total_by_minute'
        );
    END LOOP;
END
$$;

-- Of total_by_minute, what check_figures compares with the events: folded or not.
CREATE VIEW rt_log.total_or_delta AS
SELECT * FROM rt_log.total_by_minute
UNION ALL
SELECT d.bucket, d.receptions, d.deliveries, d.deliveries_later, d.transient_failures, d.transient_failures_later, d.permanent_failures,
    d.out_of_band_bounces, d.expirations, d.rejections_5xx, d.rejections_4xx, d.discards, d.administrative_failures, d.feedback_reports,
    d.deliveries_timed, d.delivery_ms_max, d.bytes_in, d.bytes_out, d.delivery_ms_sum
FROM rt_log.traffic_delta AS d;
COMMENT ON VIEW rt_log.total_or_delta IS 'Minutes of all traffic, folded or not.';
