-- Cuts the next chunk of a step and moves it. $1 migration, $2 step, $3 rows, $4 each row on its own. No row: nothing is
-- left. moved is NULL where nothing is to be moved now, since a person said so meanwhile.
SELECT m.moved, m.quarantined
FROM ops.cut_chunk($1, $2, $3) AS c
LEFT JOIN LATERAL ops.move_chunk($1, $2, c.key_from, c.key_to, $4) AS m ON true
