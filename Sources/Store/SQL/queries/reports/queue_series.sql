-- Queue sizes over time: the last sample of each node in each bucket, summed over nodes. $1 from, $2 to, $3 node (NULL:
-- all), $4 seconds of a bucket. Plan: range scan by time in the months' partitions.
SELECT
    l.bucket, sum(l.active)::bigint AS active, sum(l.delayed)::bigint AS delayed,
    sum(l.connections_in)::bigint AS connections_in, sum(l.connections_out)::bigint AS connections_out
FROM (
    SELECT DISTINCT ON (bucket, q.node)
        date_bin(make_interval(secs => $4::float8), q.taken_at, timestamptz '2000-01-01 00:00:00+00') AS bucket,
        q.active, q.delayed, q.connections_in, q.connections_out
    FROM report_v1.queue AS q
    WHERE q.taken_at >= $1 AND q.taken_at < $2 AND q.node = coalesce($3, q.node)
    ORDER BY bucket, q.node, q.taken_at DESC
) AS l
GROUP BY l.bucket
ORDER BY l.bucket
