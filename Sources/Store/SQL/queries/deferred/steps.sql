-- The steps of a migration on one side of the point of no return, in order. $1 name; $2 whether there is a way back.
-- A table that was never analysed has as many rows as were counted. Plan: a few rows.
SELECT s.step, s.source, s.target, pg_table_size(s.source::regclass) AS bytes, ops.round_bytes(s.source) AS round_bytes,
    (CASE WHEN c.reltuples > 0 THEN c.reltuples ELSE greatest(s.rows_total, 1) END)::float8 AS live_rows
FROM ops.deferred_step AS s
JOIN pg_class AS c ON c.oid = s.source::regclass
WHERE s.migration = $1 AND (s.down IS NOT NULL) = $2
ORDER BY s.step
