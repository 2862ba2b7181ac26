-- Forgets sessions that are over, and attempts older than a day. Plan: index ranges.
WITH ended AS (
    DELETE FROM webconsole.session AS s WHERE s.expires_at < now() RETURNING s.digest
), old AS (
    DELETE FROM webconsole.sign_in_attempt AS t WHERE t.attempted_at < now() - interval '1 day' RETURNING t.address
)
SELECT (SELECT count(*) FROM ended) + (SELECT count(*) FROM old) AS forgotten
