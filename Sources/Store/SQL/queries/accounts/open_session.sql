-- Stores a session. $1 digest, $2 account, $3 address, $4 opened, $5 expires.
INSERT INTO webconsole.session (digest, account_id, address, opened_at, last_used_at, expires_at)
VALUES ($1, $2, $3, $4, $4, $5)
