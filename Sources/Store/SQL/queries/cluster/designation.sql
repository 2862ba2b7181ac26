-- The host whose server takes events, and why this one does not. Plan: one row.
SELECT d.host, d.epoch, d.since, d.refusal
FROM report_v1.designation() AS d
