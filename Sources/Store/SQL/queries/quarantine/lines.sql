-- A page of lines in quarantine, in the order of their files. $1 node, $2 source, $3 reason, NULL is any; $4 and $5 file and
-- position of the last line of the page before; $6 how many. Plan: quarantine_file_position_idx of each partition, merged.
SELECT n.name AS node, s.format, q.file_id, q.position, q.stored_at, q.line, f.parser_state
FROM rt_log.quarantine AS q
JOIN ops.source AS s ON s.source_id = q.source_id
JOIN ops.node AS n ON n.node_id = s.node_id
JOIN ops.source_file AS f ON f.file_id = q.file_id
WHERE (q.file_id, q.position) > ($4::bigint, $5::bigint)
    AND ($1::text IS NULL OR n.name = $1) AND ($2::text IS NULL OR s.name = $2) AND ($3::text IS NULL OR q.reason = $3)
ORDER BY q.file_id, q.position
LIMIT $6
