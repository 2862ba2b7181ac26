-- Lets one session change the tier at a time: the ranking, or intern while the tier has room.
SELECT pg_advisory_xact_lock(hashtextextended('rt_log.domain_tier', 0))
