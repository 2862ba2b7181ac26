-- Each followed log, with how its collector is doing. Plan: the few rows of report_v1.source.
SELECT
    s.node, s.source, s.format, s.is_sample, s.last_report_at, s.complete_until, s.newest_line_at, s.lag_bytes,
    s.lines, s.events, s.quarantined, s.last_error, s.last_error_at,
    coalesce(s.last_report_at > now() - interval '30 seconds', false) AS is_online
FROM report_v1.source AS s
ORDER BY s.node, s.source
