-- Remembers that a session was used. $1 digest, $2 when. Plan: primary key.
UPDATE webconsole.session AS s
SET last_used_at = greatest(s.last_used_at, $2)
WHERE s.digest = $1
