-- Thins queue samples with age: one a minute after two days, one in ten minutes after sixty: the newest of each stays. Looks
-- at a day's worth at a time, $1 days ago. Returns how many went. Plan: range scan by time in one month's partition.
WITH gone AS (
    DELETE FROM rt_log.queue_sample AS q
    USING (
        SELECT
            s.tableoid, s.ctid,
            row_number() OVER (
                PARTITION BY s.node_id, date_bin(CASE WHEN $1::integer > 60 THEN interval '10 minutes' ELSE interval '1 minute' END,
                    s.taken_at, timestamptz '2000-01-01 00:00:00+00')
                ORDER BY s.taken_at DESC
            ) AS place
        FROM rt_log.queue_sample AS s
        WHERE s.taken_at >= date_trunc('day', now(), 'UTC') - make_interval(days => $1::integer)
            AND s.taken_at < date_trunc('day', now(), 'UTC') - make_interval(days => $1::integer - 1)
    ) AS k
    WHERE q.tableoid = k.tableoid AND q.ctid = k.ctid AND k.place > 1
    RETURNING 1
)
SELECT count(*) AS gone FROM gone
