-- Replaces a password. $1 account, $2 hash, $3 must change.
UPDATE webconsole.account AS a
SET password_hash = $2, must_change_password = $3, password_changed_at = now()
WHERE a.account_id = $1
