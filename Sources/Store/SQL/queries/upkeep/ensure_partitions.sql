-- Makes the partitions of now and those ahead, of every partitioned table. Returns how many were made.
SELECT count(*) FILTER (WHERE made) AS made
FROM (
    SELECT ops.ensure_partition(t.relation, now() + t.step * ahead) AS made
    FROM ops.partitioned_table AS t, generate_series(0, t.made_ahead) AS ahead
) AS p
