-- The contract with readers: the first rows of a breakdown, and the total over all of them.

-- The row of report_v1.breakdown.
CREATE TABLE report_v1.breakdown_row (
    rank bigint,
    row_count bigint,
    untold_rows bigint,
    untold_receptions bigint,
    untold_rejections bigint,
    grain text,
    answered_from timestamptz,
    answered_to timestamptz,
    LIKE report_v1.traffic_row
);
COMMENT ON TABLE report_v1.breakdown_row IS 'Never holds a row: the columns of report_v1.breakdown().';
COMMENT ON COLUMN report_v1.breakdown_row.rank IS '0: the total over all rows, shown or not. 1 and on: the rows in their order.';
COMMENT ON COLUMN report_v1.breakdown_row.row_count IS 'Of the total: how many rows there are.';
COMMENT ON COLUMN report_v1.breakdown_row.untold_rows IS 'Of the total: rows whose domain or binding the log does not tell.';
COMMENT ON COLUMN report_v1.breakdown_row.untold_receptions IS 'Of the total: receptions in untold_rows.';
COMMENT ON COLUMN report_v1.breakdown_row.untold_rejections IS 'Of the total: rejections in untold_rows.';
COMMENT ON COLUMN report_v1.breakdown_row.grain IS 'Of the total: the finest grain that the period was put together from.';
COMMENT ON COLUMN report_v1.breakdown_row.answered_from IS 'Of the total: the beginning of the period as answered; earlier than asked where only a coarser grain is kept.';

-- report_v1.breakdown(...): the traffic of a period, its rows in an order, with their total. Only rows that are returned
-- have their names looked up.
--   period_from … step   as in report_v1.traffic
--   order_by             node, binding, domain, minute, receptions, deliveries, bounces, bounce_rate, transient_failures,
--                        transient_rate, rejections, delivery_time or delivery_time_max; what is not known counts as least
--   row_limit            NULL: all rows; 0: only the total
-- Ties are broken by the order in which names were first seen.
-- Plan: that of traffic; one pass over its rows for the total, one for the first of the order.
CREATE FUNCTION report_v1.breakdown(
    period_from timestamptz,
    period_to timestamptz,
    only_node text DEFAULT NULL,
    only_binding_group text DEFAULT NULL,
    only_binding text DEFAULT NULL,
    only_domain text DEFAULT NULL,
    by_node boolean DEFAULT false,
    by_binding boolean DEFAULT false,
    by_domain boolean DEFAULT false,
    step interval DEFAULT NULL,
    order_by text DEFAULT 'deliveries',
    descending boolean DEFAULT true,
    row_limit integer DEFAULT NULL
) RETURNS SETOF report_v1.breakdown_row
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
SET timezone = 'UTC'
SET datestyle = 'ISO'
AS $$
DECLARE
    plan record;
    expression text := CASE order_by
        WHEN 'node' THEN '(SELECT n.name COLLATE "C" FROM ops.node AS n WHERE n.node_id = s.node_id)'
        WHEN 'binding' THEN '(SELECT b.binding_name COLLATE "C" FROM rt_log.binding AS b WHERE b.term_id = s.binding_id)'
        WHEN 'domain' THEN '(SELECT d.name COLLATE "C" FROM rt_log.domain AS d WHERE d.term_id = s.domain_id)'
        WHEN 'minute' THEN 's.bucket'
        WHEN 'receptions' THEN 's.receptions'
        WHEN 'deliveries' THEN 's.deliveries'
        WHEN 'bounces' THEN 's.permanent_failures + s.out_of_band_bounces'
        WHEN 'bounce_rate' THEN '(s.permanent_failures + s.out_of_band_bounces)::float8
            / nullif(s.deliveries + s.permanent_failures + s.out_of_band_bounces, 0)'
        WHEN 'transient_failures' THEN 's.transient_failures'
        WHEN 'transient_rate' THEN 's.transient_failures::float8
            / nullif(s.deliveries + s.permanent_failures + s.transient_failures, 0)'
        WHEN 'rejections' THEN 's.rejections_5xx + s.rejections_4xx'
        WHEN 'delivery_time' THEN 's.delivery_ms_sum::float8 / nullif(s.deliveries_timed, 0)'
        WHEN 'delivery_time_max' THEN 's.delivery_ms_max'
    END;
BEGIN
    IF expression IS NULL THEN
        RAISE EXCEPTION 'a breakdown cannot be in the order of %', order_by USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT p.* INTO plan FROM rt_log.traffic_plan(
        period_from, period_to, only_node, only_binding_group, only_binding, only_domain, by_node, by_binding, by_domain, step
    ) AS p;
    RETURN QUERY EXECUTE format(
        'WITH s AS MATERIALIZED (%1$s), first AS (
            SELECT s.* FROM s ORDER BY %2$s, s.bucket, s.domain_id, s.binding_id, s.node_id LIMIT %3$s
         )
         SELECT 0::bigint, count(*), count(*) FILTER (WHERE %4$s),
            coalesce(sum(s.receptions) FILTER (WHERE %4$s), 0)::bigint,
            coalesce(sum(s.rejections_5xx + s.rejections_4xx) FILTER (WHERE %4$s), 0)::bigint,
            %5$L::text, %6$L::timestamptz, %7$L::timestamptz, NULL::timestamptz, NULL::text, NULL::text, NULL::text, NULL::text, %8$s
         FROM s
         UNION ALL
         SELECT row_number() OVER (), NULL, NULL, NULL, NULL, NULL, NULL, NULL, s.bucket, %9$s, %10$s
         FROM first AS s',
        coalesce(plan.statement, format(
            'SELECT NULL::timestamptz AS bucket, NULL::smallint AS node_id, NULL::integer AS binding_id, NULL::integer AS domain_id, %s WHERE false',
            rt_log.measures('0::bigint AS %I', '0::bigint AS %I')
        )),
        expression || CASE WHEN descending THEN ' DESC NULLS LAST' ELSE ' NULLS FIRST' END,
        coalesce(row_limit::text, 'ALL'),
        concat_ws(' OR ',
            CASE WHEN by_domain THEN 's.domain_id = 0' END,
            CASE WHEN by_binding THEN 's.binding_id IN (SELECT b.term_id FROM rt_log.binding AS b WHERE b.binding_name = '''')' END,
            'false'),
        plan.grain, plan.answered_from, plan.answered_to,
        rt_log.measures('coalesce(sum(s.%I), 0)::bigint', 'coalesce(max(s.%I), 0)'),
        rt_log.traffic_names(by_node, by_binding, by_domain),
        rt_log.measures('s.%I', 's.%I')
    );
END
$$;
COMMENT ON FUNCTION report_v1.breakdown(
    timestamptz, timestamptz, text, text, text, text, boolean, boolean, boolean, interval, text, boolean, integer
) IS 'The first rows of the traffic of a period, with the total over all; complete at every instant.';

GRANT SELECT ON report_v1.breakdown_row TO mailmill_report, mailmill_console, mailmill_monitor;
GRANT EXECUTE ON FUNCTION report_v1.breakdown(
    timestamptz, timestamptz, text, text, text, text, boolean, boolean, boolean, interval, text, boolean, integer
) TO mailmill_report, mailmill_console, mailmill_monitor;
