-- Lets so many new texts of a kind come within a day. $1 the kind, $2 how many. Plan: one row.
UPDATE ops.term_limit AS l
SET tokens = greatest(ops.term_tokens(l), $2), refilled_at = clock_timestamp(), reserve_until = now() + interval '1 day'
WHERE l.kind = $1
RETURNING l.kind
