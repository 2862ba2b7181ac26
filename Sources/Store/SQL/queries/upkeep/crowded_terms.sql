-- Takes the kinds whose texts are to be looked through: more than half full, and not looked through for three days.
-- Plan: the four rows of ops.term_limit.
UPDATE ops.term_limit AS l
SET references_checked_at = now()
WHERE l.known > l.max_terms / 2 AND coalesce(l.references_checked_at < now() - interval '3 days', true)
RETURNING l.kind
