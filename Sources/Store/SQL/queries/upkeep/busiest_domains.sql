-- The busiest domains of the last hours, busiest first. $1 how many; $2 hours of events that decide.
-- Plan: one pass over the events of those hours.
SELECT
    coalesce(array_agg(b.domain_id ORDER BY b.events DESC, b.domain_id), '{}') AS domains,
    coalesce(array_agg(b.events ORDER BY b.events DESC, b.domain_id), '{}') AS events
FROM (
    SELECT e.domain_id, count(*) AS events
    FROM rt_log.event AS e
    WHERE e.occurred_at >= now() - make_interval(hours => $2::integer) AND e.occurred_at < now()
        AND e.domain_id > 1 AND e.kind <> 11
    GROUP BY e.domain_id
    ORDER BY events DESC, e.domain_id
    LIMIT $1
) AS b
