-- Every deferred migration and how far it is, the newest first. Plan: the chunks of those there are, some hundreds each.
SELECT
    d.name, d.summary, d.state, d.is_paused, d.rows_per_second, d.chunk_rows, d.run, d.held_by, d.held_since, d.last_error,
    d.extra_bytes, d.registered_at, d.started_at, d.moved_at, d.ended_at, d.moved_at + d.reversible_for AS completes_at,
    d.rows_total, d.rows_moved, d.rows_quarantined, d.chunks, d.recent_rows, d.recent_ms, d.fastest::float8 AS fastest,
    d.slowest::float8 AS slowest
FROM report_v1.deferred_migration AS d
ORDER BY d.registered_at DESC, d.name
