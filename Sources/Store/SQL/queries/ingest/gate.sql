-- Whether events are taken. Plan: one row.
SELECT g.is_open, g.reason, g.since
FROM report_v1.ingest_gate AS g
