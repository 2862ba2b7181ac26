-- Closes a session. $1 digest. Plan: primary key.
DELETE FROM webconsole.session AS s
WHERE s.digest = $1
