-- Folds events into the event-fed cubes. $1 up to where: what upkeep/close_minutes gave.
-- Plan: that of rt_log.fold_events.
SELECT rt_log.fold_events($1) AS folded
