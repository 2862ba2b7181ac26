-- Counts, and makes partitions, before the first chunk of a step. $1 migration, $2 step.
SELECT ops.prepare_step($1, $2) AS made
