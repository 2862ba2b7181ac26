-- Folds closed minutes into the cubes. $1 grace in seconds: a minute is closed that long after it ended. $2 minutes at
-- most in one go (60 or more, and then to a whole hour), the oldest first, so that a backlog never makes one long transaction.
-- Plan: min() from the index of the delta's bucket.
SELECT rt_log.fold(
    least(
        rt_log.bucket_of('1 minute', now() - make_interval(secs => $1::float8)),
        rt_log.bucket_of('1 hour', (SELECT min(d.bucket) FROM rt_log.traffic_delta AS d) + make_interval(mins => $2::integer))
    )
) AS folded
