-- The first rows of a breakdown of a period, and first of all their total. $1 from, $2 to, $3 node, $4 binding group,
-- $5 binding, $6 domain (NULL: all), $7 by node, $8 by binding, $9 by domain, $10 seconds of a series' step (NULL: none),
-- $11 order, $12 true: descending, $13 rows at most (NULL: all).
-- Plan: that of report_v1.breakdown.
SELECT b.*
FROM report_v1.breakdown(
    $1, $2, $3, $4, $5, $6, $7, $8, $9, make_interval(secs => $10::float8), $11, $12, $13
) AS b
ORDER BY b.rank
