-- What each table takes, how fast it grows, and when its oldest part goes. Plan: the catalog, and the sizes of files.
SELECT s.relation, s.kept_as, s.kept_days, s.partitions, s.live_rows, s.bytes, s.bytes_per_day, s.oldest, s.next_drop_at
FROM report_v1.storage() AS s
ORDER BY s.kept_days NULLS LAST, s.relation
