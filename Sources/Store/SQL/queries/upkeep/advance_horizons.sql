-- Moves each table's kept_since to where its time of keeping ends now, if the clock can be believed: it has run on for a
-- day, looked at at least every three hours, without a jump. A jump ahead would expire everything; a day is time to
-- notice, and to put it right. Events go only when the event-fed cubes hold them. What expires is dropped at the next run, when nobody reads by the old horizon any more.
-- Returns how many tables moved. Plan: two small tables.
WITH clock AS (
    UPDATE ops.clock AS c
    SET checked_at = now(),
        steady_since = CASE
            WHEN now() - c.checked_at BETWEEN interval '-5 minutes' AND interval '3 hours' THEN c.steady_since
            ELSE now()
        END
    RETURNING c.steady_since
), advanced AS (
    UPDATE ops.partitioned_table AS t
    SET kept_since = n.kept_since
    FROM clock AS c, ops.partitioned_table AS o, ops.fold_mark AS m, LATERAL (
        SELECT ops.partition_start(o.step, least(now() - o.kept_for, CASE WHEN o.relation = 'event' THEN m.folded_to END)) AS kept_since
    ) AS n
    WHERE o.relation = t.relation AND c.steady_since <= now() - interval '1 day'
        AND coalesce(t.kept_since, '-infinity') < n.kept_since
    RETURNING t.relation
)
SELECT count(*) AS advanced
FROM advanced
