-- Closes minutes for folding events. $1 grace in seconds: a minute is closed that long after it ended. $2 minutes at most
-- beyond what is folded. Gives up to where events may be folded once all commits have ended that hold commit_holders.
-- Plan: that of ops.close_minutes.
SELECT ops.close_minutes(make_interval(secs => $1::float8), make_interval(mins => $2::integer)) AS closed_to
