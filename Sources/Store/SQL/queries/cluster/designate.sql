-- Designates host $1, if the epoch is still $2. Plan: one row.
UPDATE ops.designation AS d
SET host = $1, epoch = d.epoch + 1, since = now()
WHERE d.epoch = $2
RETURNING d.epoch
