-- Closes all sessions of an account. $1 account. Plan: index on the account.
DELETE FROM webconsole.session AS s
WHERE s.account_id = $1
