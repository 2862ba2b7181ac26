-- The busiest domains of today and yesterday, busiest first. $1 how many.
-- Plan: BRIN range scan of two days of the cube that names every domain.
SELECT
    coalesce(array_agg(b.domain_id ORDER BY b.events DESC, b.domain_id), '{}') AS domains,
    coalesce(array_agg(b.events ORDER BY b.events DESC, b.domain_id), '{}') AS events
FROM (
    SELECT c.domain_id, rt_log.total(
        coalesce(c.receptions, 0) + coalesce(c.deliveries, 0) + coalesce(c.transient_failures, 0)
        + coalesce(c.permanent_failures, 0) + coalesce(c.rejections_5xx, 0) + coalesce(c.rejections_4xx, 0)
    ) AS events
    FROM rt_log.every_domain_by_day AS c
    WHERE c.bucket >= rt_log.bucket_of('1 day', now()) - interval '1 day' AND c.bucket <= now() AND c.domain_id > 1
    GROUP BY c.domain_id
    ORDER BY events DESC, c.domain_id
    LIMIT $1
) AS b
