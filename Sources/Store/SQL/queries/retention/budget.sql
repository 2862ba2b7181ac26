-- Moves the raw horizon on where the events take more than $1 bytes: the oldest days go first, never the two newest that
-- hold any. What goes is dropped at the next run, when nobody reads it any more. Plan: the catalog.
WITH day AS (
    SELECT
        p.lower_bound, sum(p.bytes) OVER newer AS total, row_number() OVER newer AS age
    FROM ops.partition AS p
    WHERE p.relation = 'event' AND p.has_rows
    WINDOW newer AS (ORDER BY p.lower_bound DESC)
)
UPDATE ops.partitioned_table AS t
SET budget_since = k.since
FROM (
    SELECT min(d.lower_bound) AS since, count(*) < (SELECT count(*) FROM day) AS is_over
    FROM day AS d
    WHERE d.total <= $1 OR d.age <= 2
) AS k
WHERE t.relation = 'event' AND k.is_over AND k.since > coalesce(t.budget_since, '-infinity')
RETURNING t.budget_since
