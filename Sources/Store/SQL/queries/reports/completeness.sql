-- Up to when each node's logs are counted: the oldest of its sources; NULL if one has not been read.
-- Plan: the few rows of report_v1.source.
SELECT
    s.node,
    CASE WHEN count(*) = count(s.complete_until) THEN min(s.complete_until) END AS complete_until
FROM report_v1.source AS s
GROUP BY s.node
ORDER BY s.node
