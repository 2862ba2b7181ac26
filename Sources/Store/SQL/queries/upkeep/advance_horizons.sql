-- Moves each table's kept_since to where its time of keeping ends now, if the clock can be believed: it has run on for a
-- day, looked at at least every three hours, without a jump. A jump ahead would expire everything; a day is time to
-- notice, and to put it right. What expires is dropped at the next run, when nobody reads by the old horizon any more.
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
    SET kept_since = ops.partition_start(t.step, now() - t.kept_for)
    FROM clock AS c
    WHERE c.steady_since <= now() - interval '1 day'
        AND coalesce(t.kept_since, '-infinity') < ops.partition_start(t.step, now() - t.kept_for)
    RETURNING t.relation
)
SELECT count(*) AS advanced
FROM advanced
