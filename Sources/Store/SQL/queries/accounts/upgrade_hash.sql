-- Replaces a hash by another of the same password. $1 account, $2 old, $3 new; nothing if it was changed meanwhile.
UPDATE webconsole.account AS a
SET password_hash = $3
WHERE a.account_id = $1 AND a.password_hash = $2
