-- Makes an account; nothing if the name is taken. $1 name, $2 role, $3 hash, $4 must change.
INSERT INTO webconsole.account (name, role, password_hash, must_change_password)
VALUES ($1, $2, $3, $4)
ON CONFLICT ON CONSTRAINT account_name_key DO NOTHING
RETURNING account_id
