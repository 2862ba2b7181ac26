-- Takes over how long things are kept. $1 to $4 days of events, minutes, hours and days. Plan: a few rows.
SELECT ops.set_retention(make_interval(days => $1), make_interval(days => $2), make_interval(days => $3), make_interval(days => $4)) AS changed
