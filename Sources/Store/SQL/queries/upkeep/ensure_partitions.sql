-- Makes the partitions of now and those ahead, of every partitioned table, in the order of their names. Returns how many
-- were made.
SELECT count(*) FILTER (WHERE p.made) AS made
FROM (
    SELECT ops.ensure_partition(o.relation, o.at) AS made
    FROM (
        SELECT t.relation, now() + t.step * ahead AS at
        FROM ops.partitioned_table AS t, generate_series(0, t.made_ahead) AS ahead
        ORDER BY t.relation, ahead
        OFFSET 0
    ) AS o
) AS p
