-- The contract with readers: failures by class and reason, delivery times, and any domain by its name.

-- rt_log.fact_plan(...): the statement that sums an event-fed family of cubes over a period, and what it answers.
--   filters  conditions over the family's keys, beginning with AND
--   groups   the keys that rows are told apart by
--   step     the width of a series' buckets; NULL: none
--   exact    true: from events only, of which the period is cut to what is kept
-- A period that ends after ops.fold_mark is answered up to its very end: the last cube bucket whole, for it holds nothing
-- after the mark, and the events since. Late facts count where cubes are read; where events are read, they are among them.
-- Plan: one index range scan a piece of the period; no event but of part hours at its beginning, and since the mark.
CREATE FUNCTION rt_log.fact_plan(
    family text,
    period_from timestamptz,
    period_to timestamptz,
    filters text,
    groups text[],
    step interval,
    exact boolean,
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
    mark timestamptz;
    cubes_to timestamptz;
    cube_measures text;
    fact_measures text;
    sums text;
    condition text;
    segment record;
    branches text[] := '{}';
    numbers text[];
    columns text;
BEGIN
    SELECT m.folded_to INTO STRICT mark FROM ops.fold_mark AS m;
    SELECT
        string_agg(m.name, ', ' ORDER BY m.position),
        string_agg(format('%s AS %I', m.expression, m.name), ', ' ORDER BY m.position),
        string_agg(format('%s(u.%I) AS %2$I', CASE m.combine WHEN 'sum' THEN 'rt_log.total' ELSE m.combine END, m.name), ', ' ORDER BY m.position),
        min(f.condition)
    INTO STRICT cube_measures, fact_measures, sums, condition
    FROM ops.fact_family AS f
    JOIN ops.fact_measure AS m ON m.measures = f.measures
    WHERE f.family = fact_plan.family;
    grain := 'event';
    IF exact THEN period_from := greatest(period_from, rt_log.horizon('event')); END IF;
    answered_from := period_from;
    answered_to := greatest(period_from, period_to);
    columns := CASE WHEN groups = '{}' THEN '' ELSE array_to_string(groups, ', ') || ', ' END;
    cubes_to := CASE
        WHEN period_to < mark THEN period_to
        WHEN mark = rt_log.bucket_of('1 hour', mark) THEN mark
        ELSE rt_log.bucket_of('1 hour', mark) + interval '1 hour'
    END;
    FOR segment IN
        SELECT s.grain, s.relation, s.segment_from, CASE WHEN s.grain = 'event' THEN least(s.segment_to, mark) ELSE s.segment_to END AS segment_to
        FROM report_v1.segments(period_from, cubes_to, family, coalesce(step, '64 days')) AS s
        WHERE NOT exact
        UNION ALL
        SELECT 'event', 'event_fact', greatest(period_from, CASE WHEN exact THEN period_from ELSE mark END), period_to
        ORDER BY 3
    LOOP
        CONTINUE WHEN segment.segment_from >= segment.segment_to;
        IF segment.grain = 'event' THEN
            branches := branches || format(
                'SELECT f.bucket, %s%s FROM rt_log.event_fact AS f WHERE (%s) AND f.bucket >= %L AND f.bucket < %L%s',
                columns, fact_measures, condition, segment.segment_from, segment.segment_to, filters
            );
            CONTINUE;
        END IF;
        grain := CASE WHEN grain = 'event' THEN segment.grain
            ELSE (SELECT n FROM unnest('{hour,day,8 days,64 days}'::text[]) WITH ORDINALITY AS g (n, o) WHERE n IN (grain, segment.grain) ORDER BY o LIMIT 1) END;
        answered_from := least(answered_from, segment.segment_from);
        IF period_to < mark THEN answered_to := greatest(answered_to, segment.segment_to); END IF;
        branches := branches || format(
            'SELECT bucket, %1$s%2$s FROM rt_log.%3$I WHERE bucket >= %4$L AND bucket < %5$L%6$s
             UNION ALL
             SELECT f.bucket, %1$s%7$s FROM rt_log.ranked_late_fact AS f
             WHERE (%8$s) AND (f.bucket < %9$L OR NOT f.is_stored) AND f.bucket >= %4$L AND f.bucket < %5$L%6$s',
            columns, cube_measures, segment.relation, segment.segment_from, segment.segment_to, filters,
            fact_measures, condition, mark
        );
    END LOOP;
    numbers := ARRAY(SELECT (1 + n)::text FROM generate_series(1, cardinality(groups)) AS n);
    IF step IS NOT NULL THEN numbers := '1'::text || numbers; END IF;
    IF branches = '{}' THEN
        branches := ARRAY[format('SELECT f.bucket, %s%s FROM rt_log.event_fact AS f WHERE false', columns, fact_measures)];
    END IF;
    statement := format(
        'SELECT %s AS bucket, %s%s FROM (%s) AS u %s',
        CASE WHEN step IS NULL THEN 'NULL::timestamptz' ELSE format('date_bin(%L, u.bucket, ''2000-01-01 00:00:00+00'')', step) END,
        columns, sums, array_to_string(branches, ' UNION ALL '),
        CASE WHEN numbers = '{}' THEN 'HAVING count(*) > 0' ELSE 'GROUP BY ' || array_to_string(numbers, ', ') END
    );
END
$$;

-- rt_log.fact_filters(...): conditions over keys by name, beginning with AND. A name that is not known finds nothing.
CREATE FUNCTION rt_log.fact_filters(only_node text, only_binding_group text, only_binding text, domain_key text, the_domain integer) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
RETURN concat(
    CASE WHEN the_domain IS NOT NULL THEN format(' AND %I = %s', domain_key, the_domain) END,
    CASE WHEN only_node IS NOT NULL
        THEN format(' AND node_id = (SELECT n.node_id FROM ops.node AS n WHERE n.name = %L)', only_node) END,
    CASE WHEN only_binding_group IS NOT NULL OR only_binding IS NOT NULL THEN format(
        ' AND binding_id IN (SELECT b.term_id FROM rt_log.binding AS b
            WHERE b.group_name = coalesce(%L, b.group_name) AND b.binding_name = coalesce(%L, b.binding_name))',
        only_binding_group, only_binding
    ) END);

-- rt_log.is_ranked(domain, from, to): whether tier hour names a domain for a whole period.
CREATE FUNCTION rt_log.is_ranked(the_domain integer, period_from timestamptz, period_to timestamptz) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
RETURN the_domain < 2 OR EXISTS (
    SELECT FROM rt_log.domain_tier AS t
    WHERE t.domain_id = the_domain AND t.tier = 'hour' AND t.valid_from <= period_from AND t.valid_to >= least(period_to, now())
);

-- rt_log.fact_names(keys): the columns node, binding group, binding and domain of a row s; NULL for keys that it lacks. One
-- look-up a row, as in traffic_names.
CREATE FUNCTION rt_log.fact_names(keys text[]) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
RETURN concat_ws(', ',
    CASE WHEN 'node_id' = ANY (keys) THEN '(SELECT n.name FROM ops.node AS n WHERE n.node_id = s.node_id)' ELSE 'NULL::text' END,
    CASE WHEN 'binding_id' = ANY (keys) THEN
        '(SELECT b.group_name FROM rt_log.binding AS b WHERE b.term_id = s.binding_id),
         (SELECT b.binding_name FROM rt_log.binding AS b WHERE b.term_id = s.binding_id)'
        ELSE 'NULL::text, NULL::text' END,
    CASE WHEN 'ranked_domain_id' = ANY (keys) THEN '(SELECT d.name FROM rt_log.domain AS d WHERE d.term_id = s.ranked_domain_id)'
        WHEN 'domain_id' = ANY (keys) THEN '(SELECT d.name FROM rt_log.domain AS d WHERE d.term_id = s.domain_id)'
        ELSE 'NULL::text' END);

-- The row of report_v1.failures.
CREATE TABLE report_v1.failure_row (
    rank bigint,
    row_count bigint,
    grain text,
    answered_from timestamptz,
    answered_to timestamptz,
    bucket timestamptz,
    node text,
    binding_group text,
    binding text,
    domain text,
    kind text,
    bounce_class smallint,
    reason text,
    events bigint,
    events_later bigint
);
COMMENT ON TABLE report_v1.failure_row IS 'Never holds a row: the columns of report_v1.failures().';
COMMENT ON COLUMN report_v1.failure_row.rank IS '0: the total over all rows, shown or not. 1 and on: the rows, most events first.';
COMMENT ON COLUMN report_v1.failure_row.row_count IS 'Of the total: how many rows there are.';
COMMENT ON COLUMN report_v1.failure_row.grain IS 'Of the total: the finest grain that was read.';
COMMENT ON COLUMN report_v1.failure_row.answered_from IS 'Of the total: the beginning of the period as answered; earlier than asked where only a coarser grain is kept, later where only events know.';
COMMENT ON COLUMN report_v1.failure_row.kind IS 'transient_failure, permanent_failure, out_of_band_bounce, expiration, rejection or administrative_failure.';
COMMENT ON COLUMN report_v1.failure_row.bounce_class IS 'Momentum''s code; 0: none.';
COMMENT ON COLUMN report_v1.failure_row.reason IS 'Canonical: what differs from message to message is replaced. Empty: the log tells none.';
COMMENT ON COLUMN report_v1.failure_row.events_later IS 'Of events: known to be of a second or later attempt.';

-- report_v1.failures(...): failures of a period by kind, class, reason, node, binding and domain, most events first.
--   only_…, by_…  filters by name and what rows are told apart by, as in report_v1.traffic
--   only_kinds    as in failure_row.kind; NULL: all
--   by            any of node, binding, domain, kind, class, reason
--   row_limit     NULL: all; 0: only the total.  row_offset  rows of the order that are left out: the pages before
-- A domain that no cube names is answered from the events, for as long as they are kept. Ties are broken by the order in
-- which names were first seen.
-- Plan: that of rt_log.fact_plan; names of the returned rows only.
CREATE FUNCTION report_v1.failures(
    period_from timestamptz,
    period_to timestamptz,
    only_node text DEFAULT NULL,
    only_binding_group text DEFAULT NULL,
    only_binding text DEFAULT NULL,
    only_domain text DEFAULT NULL,
    only_kinds text[] DEFAULT NULL,
    by text[] DEFAULT '{}',
    step interval DEFAULT NULL,
    row_limit integer DEFAULT NULL,
    row_offset integer DEFAULT 0
) RETURNS SETOF report_v1.failure_row
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
SET timezone = 'UTC'
SET datestyle = 'ISO'
AS $$
DECLARE
    plan record;
    kinds text[] := '{-,-,transient_failure,permanent_failure,out_of_band_bounce,expiration,rejection,-,administrative_failure}';
    the_domain integer;
    exact boolean := false;
    names_node boolean := only_node IS NOT NULL OR 'node' = ANY (by);
    names_binding boolean := only_binding_group IS NOT NULL OR only_binding IS NOT NULL OR 'binding' = ANY (by);
    groups text[];
    filters text;
BEGIN
    IF NOT by <@ '{node,binding,domain,kind,class,reason}'::text[] OR NOT only_kinds <@ kinds THEN
        RAISE EXCEPTION 'failures cannot be told by % and %', by, only_kinds USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF only_domain IS NOT NULL THEN
        the_domain := coalesce((SELECT d.term_id FROM rt_log.domain AS d WHERE d.name = only_domain), -1);
        exact := the_domain > 1 AND NOT rt_log.is_ranked(the_domain, period_from, period_to);
    END IF;
    groups := ARRAY(
        SELECT k.key FROM unnest('{node,binding,domain,kind,class,reason}'::text[],
            ARRAY['node_id', 'binding_id', CASE WHEN exact THEN 'domain_id' ELSE 'ranked_domain_id' END, 'kind', 'bounce_class', 'reason_id']) AS k (word, key)
        WHERE k.word = ANY (by)
    );
    filters := rt_log.fact_filters(only_node, only_binding_group, only_binding, CASE WHEN exact THEN 'domain_id' ELSE 'ranked_domain_id' END, the_domain)
        || CASE WHEN only_kinds IS NOT NULL
            THEN format(' AND kind = ANY (%L::smallint[])', ARRAY(SELECT k.n FROM unnest(kinds) WITH ORDINALITY AS k (name, n) WHERE k.name = ANY (only_kinds)))
            ELSE '' END;
    SELECT p.* INTO plan FROM rt_log.fact_plan(
        CASE
            WHEN only_domain IS NOT NULL OR 'domain' = ANY (by) OR names_node AND names_binding THEN 'failure'
            WHEN names_binding THEN 'binding_failure'
            WHEN names_node THEN 'node_failure'
            ELSE 'reason'
        END,
        period_from, period_to, filters, groups, step, exact
    ) AS p;
    RETURN QUERY EXECUTE format(
        'WITH s AS MATERIALIZED (%1$s), page AS (
            SELECT s.* FROM s ORDER BY s.bucket, s.events DESC%2$s LIMIT %3$s OFFSET %4$s
         )
         SELECT 0::bigint, count(*), %5$L::text, %6$L::timestamptz, %7$L::timestamptz, NULL::timestamptz, NULL::text, NULL::text,
            NULL::text, NULL::text, NULL::text, NULL::smallint, NULL::text,
            coalesce(rt_log.total(s.events), 0), coalesce(rt_log.total(s.events_later), 0)
         FROM s
         UNION ALL
         SELECT %4$s + row_number() OVER (), NULL, NULL, NULL, NULL, s.bucket, %8$s, s.events, coalesce(s.events_later, 0)
         FROM page AS s',
        plan.statement,
        concat(VARIADIC ARRAY(SELECT ', s.' || g FROM unnest(groups) AS g)),
        coalesce(row_limit::text, 'ALL'), greatest(row_offset, 0)::bigint,
        plan.grain, plan.answered_from, plan.answered_to,
        concat_ws(', ',
            rt_log.fact_names(groups),
            CASE WHEN 'kind' = ANY (by) THEN format('(%L::text[])[s.kind]', kinds) ELSE 'NULL::text' END,
            CASE WHEN 'class' = ANY (by) THEN 's.bounce_class' ELSE 'NULL::smallint' END,
            CASE WHEN 'reason' = ANY (by) THEN '(SELECT r.name FROM rt_log.reason AS r WHERE r.term_id = s.reason_id)' ELSE 'NULL::text' END)
    );
END
$$;
COMMENT ON FUNCTION report_v1.failures(
    timestamptz, timestamptz, text, text, text, text, text[], text[], interval, integer, integer
) IS 'Failures of a period by kind, class, reason, node, binding and domain; complete at every instant.';

GRANT SELECT ON report_v1.failure_row TO mailmill_report, mailmill_console, mailmill_monitor;
GRANT EXECUTE ON FUNCTION report_v1.failures(
    timestamptz, timestamptz, text, text, text, text, text[], text[], interval, integer, integer
) TO mailmill_report, mailmill_console, mailmill_monitor;
