-- The finest grain that a period is put together from, and the period as it is answered. $1 from, $2 to, $3 true if
-- domain and binding are told apart together. Plan: a function without tables.
SELECT
    (array_agg(s.grain ORDER BY array_position('{event,minute,hour,day}'::text[], s.grain)))[1] AS grain,
    min(s.segment_from) AS answered_from,
    max(s.segment_to) AS answered_to
FROM report_v1.segments($1, $2, CASE WHEN $3 THEN 'wide' ELSE 'traffic' END, '1 day') AS s
