-- All accounts, with when each last signed in. Plan: few rows; newest audit row of each by index.
SELECT
    a.account_id, a.name, a.role, a.password_hash, a.must_change_password, a.is_disabled, a.created_at,
    (
        SELECT max(t.happened_at) FROM webconsole.audit AS t
        WHERE t.account_id = a.account_id AND t.action = 'signed_in'
    ) AS signed_in_at
FROM webconsole.account AS a
ORDER BY a.name
