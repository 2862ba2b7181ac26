-- Keeps the tier `minute` with the busiest domains. $1 how many the tier holds; $2 hours of events that decide.
-- A domain joins, and one leaves, at a minute that has not begun, so that every event has one answer. A member stays
-- while it ranks within 1.5 times the tier, so that it does not come and go; members leave only when the tier is full.
-- Returns how many joined. Plan: one pass over the events of the last hours.
WITH busiest AS (
    SELECT e.domain_id, row_number() OVER (ORDER BY count(*) DESC, e.domain_id) AS rank
    FROM rt_log.event AS e
    WHERE e.occurred_at >= now() - make_interval(hours => $2::integer) AND e.occurred_at < now() AND e.domain_id > 1
    GROUP BY e.domain_id
), member AS (
    SELECT t.domain_id, t.valid_from, t.is_watched, b.rank
    FROM rt_log.domain_tier AS t
    LEFT JOIN busiest AS b ON b.domain_id = t.domain_id
    WHERE t.tier = 'minute' AND t.valid_to = 'infinity'
), candidate AS (
    SELECT b.domain_id, row_number() OVER (ORDER BY b.rank) AS place
    FROM busiest AS b
    WHERE b.rank <= $1 AND NOT EXISTS (SELECT FROM member AS m WHERE m.domain_id = b.domain_id)
), leaving AS (
    SELECT m.domain_id, row_number() OVER (ORDER BY m.rank DESC NULLS FIRST) AS place
    FROM member AS m
    WHERE NOT m.is_watched AND coalesce(m.rank, 2147483647) > $1 * 1.5
), room AS (
    SELECT greatest($1 - count(*), 0) AS free FROM member
), left_now AS (
    UPDATE rt_log.domain_tier AS t
    SET valid_to = rt_log.bucket_of('1 minute', now()) + interval '2 minutes'
    FROM leaving AS l, room AS r
    WHERE t.domain_id = l.domain_id AND t.tier = 'minute' AND t.valid_to = 'infinity'
        AND t.valid_from < now()
        AND l.place <= (SELECT count(*) FROM candidate) - r.free
    RETURNING t.domain_id
), joined AS (
    INSERT INTO rt_log.domain_tier (domain_id, tier, valid_from)
    SELECT c.domain_id, 'minute', rt_log.bucket_of('1 minute', now()) + interval '2 minutes'
    FROM candidate AS c, room AS r
    WHERE c.place <= r.free + (SELECT count(*) FROM left_now)
    ON CONFLICT DO NOTHING
    RETURNING domain_id
)
SELECT count(*) AS joined FROM joined
