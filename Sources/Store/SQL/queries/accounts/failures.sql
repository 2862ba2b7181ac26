-- Failed attempts since $3: those under the name ($1) after its last success, and those from the address ($2) but for
-- names that have signed in from it since. Plan: index ranges of the last minutes.
SELECT f.attempted_at, true AS of_name
FROM webconsole.sign_in_attempt AS f
WHERE f.name_digest = $1 AND f.attempted_at >= $3 AND NOT f.succeeded
    AND f.attempted_at > coalesce((
        SELECT max(s.attempted_at) FROM webconsole.sign_in_attempt AS s
        WHERE s.name_digest = $1 AND s.attempted_at >= $3 AND s.succeeded
    ), '-infinity')
UNION ALL
SELECT f.attempted_at, false
FROM webconsole.sign_in_attempt AS f
WHERE f.address = $2 AND f.attempted_at >= $3 AND NOT f.succeeded
    AND NOT EXISTS (
        SELECT FROM webconsole.sign_in_attempt AS s
        WHERE s.address = $2 AND s.attempted_at > f.attempted_at AND s.succeeded AND s.name_digest = f.name_digest
    )
