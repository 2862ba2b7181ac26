-- Deletes lines in quarantine. $1 node, $2 source, $3 reason; NULL is any. Plan: one pass over the quarantine.
WITH gone AS (
    DELETE FROM rt_log.quarantine AS q
    USING ops.source AS s, ops.node AS n
    WHERE s.source_id = q.source_id AND n.node_id = s.node_id
        AND ($1::text IS NULL OR n.name = $1) AND ($2::text IS NULL OR s.name = $2) AND ($3::text IS NULL OR q.reason = $3)
    RETURNING 1
)
SELECT count(*) AS lines FROM gone
