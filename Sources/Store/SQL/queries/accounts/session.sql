-- A session with what is needed of its account; none if the account is disabled. $1 digest. Plan: primary keys.
SELECT s.account_id, a.name, a.role, a.must_change_password, s.opened_at, s.last_used_at, s.expires_at
FROM webconsole.session AS s
JOIN webconsole.account AS a ON a.account_id = s.account_id
WHERE s.digest = $1 AND NOT a.is_disabled
