-- Makes the partitions that the next upkeep/fold needs. $1 and $2 as there.
SELECT rt_log.make_cube_partitions(
    least(
        rt_log.bucket_of('1 minute', now() - make_interval(secs => $1::float8)),
        rt_log.bucket_of('1 hour', (SELECT min(d.bucket) FROM rt_log.traffic_delta AS d) + make_interval(mins => $2::integer))
    )
) AS made
