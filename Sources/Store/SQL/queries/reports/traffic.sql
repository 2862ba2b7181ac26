-- The traffic of a period. $1 from, $2 to, $3 node, $4 binding group, $5 binding, $6 domain (NULL: all), $7 by node,
-- $8 by binding, $9 by domain, $10 seconds of a series' step (NULL: none).
-- Plan: that of report_v1.traffic.
SELECT t.*
FROM report_v1.traffic(
    $1, $2, $3, $4, $5, $6, $7, $8, $9, make_interval(secs => $10::float8)
) AS t
ORDER BY t.bucket, t.deliveries + t.receptions DESC, t.domain, t.binding_group, t.binding, t.node
