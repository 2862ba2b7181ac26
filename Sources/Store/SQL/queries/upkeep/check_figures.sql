-- The buckets whose figures differ from the grain below, or from the events. Plan: that of ops.check_figures.
SELECT f.relation, f.bucket, f.measure, f.found, f.expected, f.against
FROM ops.check_figures() AS f
