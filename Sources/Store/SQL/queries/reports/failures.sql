-- Failures of a period, the total first. $1 from, $2 to, $3 node, $4 binding group, $5 binding, $6 domain (NULL: all),
-- $7 kinds, $8 what rows are told apart by, $9 rows at most (NULL: all), $10 rows left out before.
-- Plan: that of report_v1.failures.
SELECT f.*, f.bounce_class::integer AS class_code
FROM report_v1.failures($1, $2, $3, $4, $5, $6, $7, $8, NULL, $9, $10) AS f
ORDER BY f.rank
