-- The last run of retention, and the last that freed something. Plan: at most a thousand rows.
(SELECT r.ended_at, r.took_ms, r.dropped, r.freed_bytes, r.error FROM report_v1.retention_run AS r ORDER BY r.ended_at DESC LIMIT 1)
UNION ALL
(SELECT r.ended_at, r.took_ms, r.dropped, r.freed_bytes, r.error FROM report_v1.retention_run AS r WHERE r.dropped > 0 ORDER BY r.ended_at DESC LIMIT 1)
