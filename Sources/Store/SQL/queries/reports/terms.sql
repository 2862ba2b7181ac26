-- How many texts of each kind are known, and how many became "other". Plan: the four rows of ops.term_limit.
SELECT t.kind, t.known, t.max_terms, t.per_hour, t.room_now, t.refused_full, t.refused_rate, t.refused_length, t.last_refused_at
FROM report_v1.term AS t
ORDER BY array_position('{domain,host,binding,reason}'::text[], t.kind)
