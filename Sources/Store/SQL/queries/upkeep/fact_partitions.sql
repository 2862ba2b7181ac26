-- Makes the partitions that upkeep/fold_events needs. $1 as there.
SELECT rt_log.make_fact_partitions($1) AS made
