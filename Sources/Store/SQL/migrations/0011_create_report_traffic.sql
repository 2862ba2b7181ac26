-- The contract with readers: traffic of a period.

-- report_v1.segments(...): how a period is put together from the coarsest pieces that the cubes hold: 64 days, 8 days, days,
-- hours, minutes, and events for the parts of minutes at its ends. Pieces do not overlap, and cover the period. What is
-- older than a grain's horizon is widened to the next grain that still holds it.
--   family    what is told apart: 'total' (nothing), 'traffic' (node and binding), 'domain', 'pair' (binding and domain),
--             or 'wide' (all three)
--   coarsest  the largest grain that may be used where a finer one is held: the step of a series, or '64 days'
CREATE FUNCTION report_v1.segments(period_from timestamptz, period_to timestamptz, family text, coarsest interval)
RETURNS TABLE (grain text, segment_from timestamptz, segment_to timestamptz, relation text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    grains interval[];
    relations text[];
    names text[];
    horizons timestamptz[];
    raw_horizon timestamptz := rt_log.horizon('event');
    low timestamptz := period_from;
    high timestamptz := period_to;
    inner_low timestamptz;
    inner_high timestamptz;
    step interval;
    last integer;
BEGIN
    SELECT
        array_agg(c.grain ORDER BY c.grain),
        array_agg(c.relation ORDER BY c.grain),
        array_agg(replace(substring(c.relation FROM '_by_(.*)$'), '_', ' ') ORDER BY c.grain),
        array_agg(CASE WHEN c.grain < '1 day' THEN rt_log.horizon(c.relation) ELSE '-infinity' END ORDER BY c.grain)
    INTO grains, relations, names, horizons
    FROM ops.cube AS c
    WHERE c.family = segments.family OR segments.family = 'pair' AND c.relation = 'wide_by_minute'
        OR segments.family = 'ranked_pair' AND c.family = 'ranked';
    IF grains IS NULL THEN
        RAISE EXCEPTION 'there is no family of cubes %', family USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF low >= high THEN
        RETURN;
    END IF;
    step := grains[1];
    last := cardinality(grains);
    IF low < raw_horizon THEN low := rt_log.bucket_of(step, low); END IF;
    IF high < raw_horizon AND high > rt_log.bucket_of(step, high) THEN high := rt_log.bucket_of(step, high) + step; END IF;
    inner_low := CASE WHEN low = rt_log.bucket_of(step, low) THEN low ELSE rt_log.bucket_of(step, low) + step END;
    inner_high := rt_log.bucket_of(step, high);
    IF inner_low > inner_high THEN
        RETURN QUERY SELECT 'event', low, high, 'event_measure';
        RETURN;
    END IF;
    RETURN QUERY SELECT 'event', low, inner_low, 'event_measure' WHERE low < inner_low;
    RETURN QUERY SELECT 'event', inner_high, high, 'event_measure' WHERE inner_high < high;
    low := inner_low;
    high := inner_high;
    FOR i IN 1 .. last - 1 LOOP
        EXIT WHEN low >= high;
        step := grains[i + 1];
        IF low < horizons[i] THEN low := rt_log.bucket_of(step, low); END IF;
        IF high < horizons[i] AND high > rt_log.bucket_of(step, high) THEN high := rt_log.bucket_of(step, high) + step; END IF;
        IF step > coarsest THEN
            -- All that this grain holds; what is older in the next.
            RETURN QUERY SELECT names[i], greatest(low, horizons[i]), high, relations[i] WHERE greatest(low, horizons[i]) < high;
            high := least(high, horizons[i]);
            CONTINUE;
        END IF;
        inner_low := CASE WHEN low = rt_log.bucket_of(step, low) THEN low ELSE rt_log.bucket_of(step, low) + step END;
        inner_high := rt_log.bucket_of(step, high);
        IF inner_low >= inner_high THEN
            RETURN QUERY SELECT names[i], low, high, relations[i];
            RETURN;
        END IF;
        RETURN QUERY SELECT names[i], low, inner_low, relations[i] WHERE low < inner_low;
        RETURN QUERY SELECT names[i], inner_high, high, relations[i] WHERE inner_high < high;
        low := inner_low;
        high := inner_high;
    END LOOP;
    RETURN QUERY SELECT names[last], low, high, relations[last] WHERE low < high;
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

-- rt_log.traffic_plan(...): the statement that sums the traffic of a period by number of node, binding and domain, from the
-- coarsest pieces that hold it, and what period and grain it answers. Parameters as in report_v1.traffic.
--   statement  NULL if nothing can be found
--   grain      the finest that it reads
CREATE FUNCTION rt_log.traffic_plan(
    period_from timestamptz,
    period_to timestamptz,
    only_node text,
    only_binding_group text,
    only_binding text,
    only_domain text,
    by_node boolean,
    by_binding boolean,
    by_domain boolean,
    step interval,
    OUT statement text,
    OUT grain text,
    OUT answered_from timestamptz,
    OUT answered_to timestamptz
)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
SET intervalstyle = 'postgres'
AS $$
DECLARE
    names_domain boolean := by_domain OR only_domain IS NOT NULL;
    names_node boolean := by_node OR only_node IS NOT NULL;
    names_binding boolean := by_binding OR only_binding_group IS NOT NULL OR only_binding IS NOT NULL;
    family text := CASE
        WHEN names_domain AND names_node THEN 'wide'
        WHEN names_domain AND names_binding THEN 'pair'
        WHEN names_domain THEN 'domain'
        WHEN names_node OR names_binding THEN 'traffic'
        ELSE 'total'
    END;
    the_domain integer;
    exact boolean := false;
    filters text := '';
    segment record;
    branches text[] := '{}';
    groups text[] := '{}';
    is_wide_sum boolean := false;
    columns text := rt_log.measures('%I', '%I');
BEGIN
    grain := 'event';
    answered_from := period_from;
    answered_to := period_to;
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
        SELECT 'event' AS grain, period_from AS segment_from, period_to AS segment_to, 'event_measure' AS relation,
            '{node_id,binding_id,domain_id}'::text[] AS keys, interval '0' AS width
        WHERE exact AND period_from < period_to
        UNION ALL
        SELECT s.grain, s.segment_from, s.segment_to, s.relation,
            coalesce(c.keys, '{node_id,binding_id,domain_id}'), coalesce(c.grain, interval '0')
        FROM report_v1.segments(period_from, period_to, family, coalesce(step, '64 days')) AS s
        LEFT JOIN ops.cube AS c ON c.relation = s.relation
        WHERE NOT exact
        ORDER BY 6 DESC
    LOOP
        -- The finest comes last.
        grain := segment.grain;
        answered_from := least(answered_from, segment.segment_from);
        answered_to := greatest(answered_to, segment.segment_to);
        is_wide_sum := is_wide_sum OR segment.width >= '1 day';
        branches := branches || format(
            'SELECT bucket, %1$s, %2$s FROM rt_log.%3$I WHERE bucket >= %4$L AND bucket < %5$L%6$s',
            (
                SELECT string_agg(CASE WHEN k = ANY (segment.keys) THEN k ELSE '0 AS ' || k END, ', ')
                FROM unnest('{node_id,binding_id,domain_id}'::text[]) AS k
            ),
            columns, segment.relation, segment.segment_from, segment.segment_to, filters
        );
        IF segment.grain <> 'event' THEN
            branches := branches || format(
                'SELECT bucket, node_id, binding_id, domain_id, %s FROM rt_log.traffic_delta WHERE bucket >= %L AND bucket < %L%s',
                columns, segment.segment_from, segment.segment_to, filters
            );
        END IF;
    END LOOP;
    IF branches = '{}' THEN RETURN; END IF;
    -- Nothing is grouped by that is the same in all rows: hashing it would cost.
    IF step IS NOT NULL THEN groups := groups || '1'::text; END IF;
    IF by_node THEN groups := groups || '2'::text; END IF;
    IF by_binding THEN groups := groups || '3'::text; END IF;
    IF by_domain AND NOT exact THEN groups := groups || '4'::text; END IF;
    statement := format(
        'SELECT %1$s AS bucket, %2$s AS node_id, %3$s AS binding_id, %4$s AS domain_id, %5$s FROM (%6$s) AS u %7$s',
        CASE WHEN step IS NULL THEN 'NULL::timestamptz' ELSE format('date_bin(%L, u.bucket, ''2000-01-01 00:00:00+00'')', step) END,
        CASE WHEN by_node THEN 'u.node_id' ELSE 'NULL::smallint' END,
        CASE WHEN by_binding THEN 'u.binding_id' ELSE 'NULL::integer' END,
        CASE WHEN by_domain THEN CASE WHEN exact THEN the_domain::text ELSE 'u.domain_id' END ELSE 'NULL::integer' END,
        CASE WHEN is_wide_sum THEN rt_log.measures('rt_log.total(u.%1$I) AS %1$I', 'max(u.%1$I)::bigint AS %1$I')
            ELSE rt_log.measures('sum(u.%1$I)::bigint AS %1$I', 'max(u.%1$I)::bigint AS %1$I') END,
        array_to_string(branches, ' UNION ALL '),
        CASE WHEN groups = '{}' THEN 'HAVING count(*) > 0' ELSE 'GROUP BY ' || array_to_string(groups, ', ') END
    );
END
$$;

-- rt_log.traffic_names(by_node, by_binding, by_domain): the columns of names of a row s. One look-up a row: a join would read
-- all domains there are.
CREATE FUNCTION rt_log.traffic_names(by_node boolean, by_binding boolean, by_domain boolean) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
RETURN concat_ws(', ',
    CASE WHEN by_node THEN '(SELECT n.name FROM ops.node AS n WHERE n.node_id = s.node_id)' ELSE 'NULL::text' END,
    CASE WHEN by_binding THEN
        '(SELECT b.group_name FROM rt_log.binding AS b WHERE b.term_id = s.binding_id),
         (SELECT b.binding_name FROM rt_log.binding AS b WHERE b.term_id = s.binding_id)'
        ELSE 'NULL::text, NULL::text' END,
    CASE WHEN by_domain THEN '(SELECT d.name FROM rt_log.domain AS d WHERE d.term_id = s.domain_id)' ELSE 'NULL::text' END);

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
AS $$
DECLARE
    plan record;
BEGIN
    SELECT p.* INTO plan FROM rt_log.traffic_plan(
        period_from, period_to, only_node, only_binding_group, only_binding, only_domain, by_node, by_binding, by_domain, step
    ) AS p;
    IF plan.statement IS NULL THEN RETURN; END IF;
    RETURN QUERY EXECUTE format(
        'SELECT s.bucket, %s, %s FROM (%s) AS s',
        rt_log.traffic_names(by_node, by_binding, by_domain), rt_log.measures('s.%I', 's.%I'), plan.statement
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
