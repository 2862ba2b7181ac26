-- What can be done with the lines that could not be read: look at them by reason, and count them after a fix.

CREATE VIEW report_v1.quarantine AS
SELECT
    n.name AS node,
    s.name AS source,
    s.format,
    q.reason,
    q.lines,
    q.first_stored_at,
    q.last_stored_at,
    e.samples
FROM (
    SELECT x.source_id, x.reason, count(*) AS lines, min(x.stored_at) AS first_stored_at, max(x.stored_at) AS last_stored_at
    FROM rt_log.quarantine AS x
    GROUP BY x.source_id, x.reason
) AS q
JOIN ops.source AS s ON s.source_id = q.source_id
JOIN ops.node AS n ON n.node_id = s.node_id
CROSS JOIN LATERAL (
    SELECT array_agg(encode(y.line, 'escape')) AS samples
    FROM (
        SELECT substr(z.line, 1, 1000) AS line
        FROM rt_log.quarantine AS z
        WHERE z.source_id = q.source_id AND z.reason = q.reason
        LIMIT 3
    ) AS y
) AS e;
COMMENT ON VIEW report_v1.quarantine IS 'Lines that could not be read and are still kept, by source and reason.';
COMMENT ON COLUMN report_v1.quarantine.samples IS 'Up to three of the lines, each up to 1000 bytes; backslashes and bytes that are no ASCII are escaped.';
GRANT SELECT ON report_v1.quarantine TO mailmill_report, mailmill_console;

-- ingest_v1.take_quarantine(...): takes lines out of quarantine that the transaction counts. Returns how many were there:
-- the caller rolls back unless it is as many as it counts, since another one was faster.
-- Plan: one index scan on (file_id, position) a line; the lines of a file may be in several partitions.
CREATE FUNCTION ingest_v1.take_quarantine(
    source_id integer,
    epoch bigint,
    file_ids bigint[],
    positions bigint[]
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    taken bigint;
BEGIN
    PERFORM FROM ops.source AS s
    WHERE s.source_id = take_quarantine.source_id AND s.epoch = take_quarantine.epoch AND s.is_import FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'source % is no import, or was opened by another', source_id USING ERRCODE = 'MM001';
    END IF;
    WITH gone AS (
        DELETE FROM rt_log.quarantine AS q
        USING unnest(file_ids, positions) AS u (file_id, position)
        WHERE q.file_id = u.file_id AND q.position = u.position
            AND (q.source_id = take_quarantine.source_id OR ops.shares_files(q.source_id, take_quarantine.source_id))
        RETURNING q.file_id, q.position
    ), counted AS (
        SELECT g.file_id, count(DISTINCT g.position) AS lines FROM gone AS g GROUP BY g.file_id
    ), told AS (
        UPDATE ops.source_file AS f
        SET quarantined = greatest(f.quarantined - c.lines, 0)
        FROM counted AS c
        WHERE f.file_id = c.file_id
        RETURNING c.lines
    )
    SELECT coalesce(sum(t.lines), 0) INTO taken FROM told AS t;
    RETURN taken;
END
$$;
COMMENT ON FUNCTION ingest_v1.take_quarantine(integer, bigint, bigint[], bigint[]) IS
    'Takes lines out of quarantine in the transaction that counts them.';
REVOKE ALL ON FUNCTION ingest_v1.take_quarantine(integer, bigint, bigint[], bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ingest_v1.take_quarantine(integer, bigint, bigint[], bigint[]) TO mailmill_collector;

CREATE INDEX quarantine_file_position_idx ON rt_log.quarantine (file_id, position);
