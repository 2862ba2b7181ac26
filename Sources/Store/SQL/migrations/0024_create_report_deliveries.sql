-- The contract with readers: delivery times, message sizes, and the traffic of any domain by its name.

-- The row of report_v1.delivery_times.
CREATE TABLE report_v1.delivery_time_row (
    slot smallint,
    up_to_ms bigint,
    deliveries bigint,
    deliveries_sized bigint,
    bytes bigint,
    size_min bigint,
    size_max bigint,
    grain text,
    answered_from timestamptz,
    answered_to timestamptz
);
COMMENT ON TABLE report_v1.delivery_time_row IS 'Never holds a row: the columns of report_v1.delivery_times().';
COMMENT ON COLUMN report_v1.delivery_time_row.slot IS '0: deliveries whose time the log does not tell. 1 to 17: a bucket of the histogram.';
COMMENT ON COLUMN report_v1.delivery_time_row.up_to_ms IS 'The longest time in the bucket, in milliseconds; NULL for slots 0 and 17.';
COMMENT ON COLUMN report_v1.delivery_time_row.deliveries_sized IS 'Deliveries whose size the log tells.';
COMMENT ON COLUMN report_v1.delivery_time_row.bytes IS 'Of deliveries_sized.';
COMMENT ON COLUMN report_v1.delivery_time_row.size_min IS 'Bytes of the smallest message; NULL if no size is told.';
COMMENT ON COLUMN report_v1.delivery_time_row.size_max IS 'Bytes of the largest message; NULL if no size is told.';
COMMENT ON COLUMN report_v1.delivery_time_row.grain IS 'The finest grain that was read.';
COMMENT ON COLUMN report_v1.delivery_time_row.answered_from IS 'The beginning of the period as answered; earlier than asked where only a coarser grain is kept, later where only events know.';

-- report_v1.delivery_times(...): deliveries of a period by the time that they took, all 18 slots, with message sizes.
--   only_…   filters by name, as in report_v1.traffic. A domain together with a node or binding, or one that no cube names,
--            is answered from the events, for as long as they are kept.
-- Plan: that of rt_log.fact_plan.
CREATE FUNCTION report_v1.delivery_times(
    period_from timestamptz,
    period_to timestamptz,
    only_node text DEFAULT NULL,
    only_binding_group text DEFAULT NULL,
    only_binding text DEFAULT NULL,
    only_domain text DEFAULT NULL
) RETURNS SETOF report_v1.delivery_time_row
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
SET timezone = 'UTC'
SET datestyle = 'ISO'
AS $$
DECLARE
    plan record;
    the_domain integer;
    exact boolean := false;
BEGIN
    IF only_domain IS NOT NULL THEN
        the_domain := coalesce((SELECT d.term_id FROM rt_log.domain AS d WHERE d.name = only_domain), -1);
        exact := only_node IS NOT NULL OR only_binding_group IS NOT NULL OR only_binding IS NOT NULL
            OR NOT rt_log.is_ranked(the_domain, period_from, period_to);
    END IF;
    SELECT p.* INTO plan FROM rt_log.fact_plan(
        CASE WHEN the_domain IS NULL THEN 'delivery' ELSE 'ranked_delivery' END, period_from, period_to,
        rt_log.fact_filters(only_node, only_binding_group, only_binding,
            CASE WHEN exact AND the_domain <> 1 THEN 'domain_id' ELSE 'ranked_domain_id' END, the_domain),
        '{slot}', NULL, exact
    ) AS p;
    RETURN QUERY EXECUTE format(
        'SELECT n.slot::smallint, n.up_to::bigint, coalesce(s.deliveries, 0), coalesce(s.deliveries_sized, 0), coalesce(s.bytes, 0),
            s.size_min, s.size_max, %2$L::text, %3$L::timestamptz, %4$L::timestamptz
         FROM unnest(
            ''{0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17}''::integer[],
            ''{NULL,5000,30000,60000,120000,300000,600000,1800000,3600000,7200000,10800000,14400000,18000000,21600000,28800000,36000000,43200000,NULL}''::integer[]
         ) AS n (slot, up_to)
         LEFT JOIN (%1$s) AS s ON s.slot = n.slot
         ORDER BY 1',
        plan.statement, plan.grain, plan.answered_from, plan.answered_to
    );
END
$$;
COMMENT ON FUNCTION report_v1.delivery_times(timestamptz, timestamptz, text, text, text, text) IS
    'Deliveries of a period by the time that they took; complete at every instant.';

-- report_v1.domain_traffic(...): the traffic of one domain over a period, whichever domain, by its name.
--   by_binding  true: rows by binding group and binding; a domain that no cube names so is answered from the events, for as
--               long as they are kept
--   step        the width of a series' buckets; NULL: none
-- rank is 0 for the total, as in report_v1.breakdown.
-- Plan: that of rt_log.fact_plan; cubes by domain are ordered by domain first.
CREATE FUNCTION report_v1.domain_traffic(
    period_from timestamptz,
    period_to timestamptz,
    domain text,
    by_binding boolean DEFAULT false,
    step interval DEFAULT NULL
) RETURNS SETOF report_v1.breakdown_row
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
SET timezone = 'UTC'
SET datestyle = 'ISO'
AS $$
DECLARE
    plan record;
    the_domain integer := coalesce((SELECT d.term_id FROM rt_log.domain AS d WHERE d.name = domain_traffic.domain), -1);
    exact boolean := by_binding AND NOT rt_log.is_ranked(the_domain, period_from, period_to);
BEGIN
    SELECT p.* INTO plan FROM rt_log.fact_plan(
        CASE WHEN by_binding THEN 'ranked_pair' ELSE 'every_domain' END, period_from, period_to,
        rt_log.fact_filters(NULL, NULL, NULL, CASE WHEN by_binding AND NOT exact THEN 'ranked_domain_id' ELSE 'domain_id' END, the_domain),
        CASE WHEN by_binding THEN '{binding_id}'::text[] ELSE '{}' END, step, exact
    ) AS p;
    RETURN QUERY EXECUTE format(
        'WITH s AS MATERIALIZED (%1$s)
         SELECT 0::bigint, count(*), 0::bigint, 0::bigint, 0::bigint, %2$L::text, %3$L::timestamptz, %4$L::timestamptz,
            NULL::timestamptz, NULL::text, NULL::text, NULL::text, %5$L::text, %6$s
         FROM s
         UNION ALL
         SELECT row_number() OVER (ORDER BY s.bucket, s.deliveries DESC NULLS LAST%7$s), NULL, NULL, NULL, NULL, NULL, NULL, NULL,
            s.bucket, %8$s, %9$s
         FROM s',
        plan.statement, plan.grain, plan.answered_from, plan.answered_to, domain,
        rt_log.measures('coalesce(rt_log.total(s.%I), 0)', 'coalesce(max(s.%I), 0)'),
        CASE WHEN by_binding THEN ', s.binding_id' ELSE '' END,
        regexp_replace(rt_log.fact_names(CASE WHEN by_binding THEN '{binding_id}'::text[] ELSE '{}' END), 'NULL::text$', quote_literal(domain) || '::text'),
        rt_log.measures('coalesce(s.%I, 0)', 'coalesce(s.%I, 0)')
    );
END
$$;
COMMENT ON FUNCTION report_v1.domain_traffic(timestamptz, timestamptz, text, boolean, interval) IS
    'The traffic of one domain over a period, whichever domain; complete at every instant.';

GRANT SELECT ON report_v1.delivery_time_row TO mailmill_report, mailmill_console, mailmill_monitor;
GRANT EXECUTE ON FUNCTION report_v1.delivery_times(timestamptz, timestamptz, text, text, text, text),
    report_v1.domain_traffic(timestamptz, timestamptz, text, boolean, interval)
    TO mailmill_report, mailmill_console, mailmill_monitor;
