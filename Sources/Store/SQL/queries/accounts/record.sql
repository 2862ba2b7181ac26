-- Adds to the audit trail. $1 when, $2 action, $3 account, $4 address.
INSERT INTO webconsole.audit (happened_at, action, account_id, address)
VALUES ($1, $2, $3, $4)
