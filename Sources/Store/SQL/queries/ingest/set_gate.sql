-- Opens or closes the gate. $1 open, $2 why not. The time moves only when it changes. Plan: one row.
UPDATE ops.ingest_gate AS g
SET is_open = $1, reason = $2, since = CASE WHEN g.is_open = $1 THEN g.since ELSE now() END
WHERE g.is_open IS DISTINCT FROM $1 OR g.reason IS DISTINCT FROM $2
