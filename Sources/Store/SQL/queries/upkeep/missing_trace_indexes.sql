-- The btrees that closed days of events lack, newest day first: what was made in vain is dropped before. Plan: catalog only.
SELECT t.partition, t.name, t.definition, t.exists
FROM rt_log.trace_index AS t
WHERE NOT t.is_valid
ORDER BY t.partition DESC, t.name
