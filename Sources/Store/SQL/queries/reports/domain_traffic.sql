-- The traffic of one domain, the total first. $1 from, $2 to, $3 domain, $4 true: by binding.
-- Plan: that of report_v1.domain_traffic.
SELECT d.*
FROM report_v1.domain_traffic($1, $2, $3, $4) AS d
ORDER BY d.rank
