-- How far the schema is: the number in the comment that each migration leaves, which every role may see. No row, or 0: there is
-- no schema yet.
-- Plan: the index of pg_class on names.
SELECT coalesce(substring(obj_description(c.oid, 'pg_class') FROM 'up to ([0-9]+)')::integer, 0) AS version
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = 'ops' AND c.relname = 'migration'
