-- Keeps a tier with the busiest domains, beside those that are watched. $1 how many the tier holds; $2 the
-- busiest domains, in order, more than the tier holds, and $3 their events; $4 the tier. Runs after lock_tier, in its transaction.
-- A domain joins, and one leaves, at a minute that no committed or running batch holds events of, so that every event has
-- one answer: past what a clock that is a little ahead has sent, but never more than ten minutes from now. A member
-- that ranks too low leaves for one that is half as busy again, so that domains do not come and go; the least busy first,
-- and only when the tier is full.
-- Returns how many joined. Plan: the few hundred rows of the tier; max() from the index of the delta's bucket.
WITH busiest AS (
    SELECT u.domain_id, u.events, u.rank
    FROM unnest($2::integer[], $3::bigint[]) WITH ORDINALITY AS u (domain_id, events, rank)
), change AS (
    -- Tier hour changes with the hour.
    SELECT CASE WHEN $4::text = 'hour' THEN rt_log.bucket_of('1 hour', m.at) + interval '1 hour' ELSE m.at END AS at
    FROM (
        SELECT greatest(
            rt_log.bucket_of('1 minute', clock_timestamp()) + interval '2 minutes',
            least(
                (SELECT max(d.bucket) FROM rt_log.traffic_delta AS d) + interval '1 minute',
                rt_log.bucket_of('1 minute', clock_timestamp()) + interval '10 minutes'
            )
        ) AS at
    ) AS m
), member AS (
    SELECT t.domain_id, t.is_watched, b.rank, coalesce(b.events, 0) AS events
    FROM rt_log.domain_tier AS t
    LEFT JOIN busiest AS b ON b.domain_id = t.domain_id
    WHERE t.tier = $4 AND t.valid_to = 'infinity'
), candidate AS (
    SELECT b.domain_id, b.events, row_number() OVER (ORDER BY b.rank) AS place
    FROM busiest AS b
    WHERE b.rank <= $1 AND NOT EXISTS (SELECT FROM member AS m WHERE m.domain_id = b.domain_id)
), leaving AS (
    SELECT m.domain_id, m.events, row_number() OVER (ORDER BY m.rank DESC NULLS FIRST, m.domain_id) AS place
    FROM member AS m
    WHERE NOT m.is_watched AND coalesce(m.rank > $1, true)
), room AS (
    SELECT greatest($1 - count(*), 0) AS free FROM member AS m WHERE NOT m.is_watched
), left_now AS (
    UPDATE rt_log.domain_tier AS t
    SET valid_to = c.at
    FROM change AS c, room AS r
    JOIN candidate AS k ON k.place > r.free
    JOIN leaving AS l ON l.place = k.place - r.free AND l.events * 1.5 < k.events
    WHERE t.domain_id = l.domain_id AND t.tier = $4 AND t.valid_to = 'infinity' AND t.valid_from < c.at
    RETURNING t.domain_id
), joined AS (
    INSERT INTO rt_log.domain_tier (domain_id, tier, valid_from)
    SELECT n.domain_id, $4, greatest(c.at, n.left_at)
    FROM (
        SELECT k.domain_id, k.place, (
            SELECT max(t.valid_to) FROM rt_log.domain_tier AS t WHERE t.domain_id = k.domain_id AND t.tier = $4
        ) AS left_at
        FROM candidate AS k
    ) AS n, room AS r, change AS c
    WHERE n.place <= r.free + (SELECT count(*) FROM left_now)
    RETURNING domain_id
)
SELECT count(*) AS joined FROM joined
