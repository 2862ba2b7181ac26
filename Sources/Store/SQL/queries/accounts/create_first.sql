-- Makes the first account; nothing if there is one. $1 name, $2 hash. The caller holds the table's lock.
INSERT INTO webconsole.account (name, role, password_hash, must_change_password)
SELECT $1, 'admin', $2, true
WHERE NOT EXISTS (SELECT FROM webconsole.account AS a)
RETURNING account_id
