-- Lines in quarantine by source and reason, the most first. $1 node, $2 source, $3 reason; NULL is any.
-- Plan: one pass over the quarantine.
SELECT q.node, q.source, q.format, q.reason, q.lines, q.first_stored_at, q.last_stored_at, q.samples
FROM report_v1.quarantine AS q
WHERE ($1::text IS NULL OR q.node = $1) AND ($2::text IS NULL OR q.source = $2) AND ($3::text IS NULL OR q.reason = $3)
ORDER BY q.lines DESC, q.node, q.source, q.reason
