-- The account of a name. $1 name. Plan: unique index.
SELECT a.account_id, a.name, a.role, a.password_hash, a.must_change_password, a.is_disabled
FROM webconsole.account AS a
WHERE a.name = $1
