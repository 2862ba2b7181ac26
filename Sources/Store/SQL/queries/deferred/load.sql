-- How the server is doing, for whoever would give it more to do. $1 the table that rows are moved from.
-- Plan: statistics views and two small tables.
SELECT
    (SELECT CASE WHEN NOT g.is_open THEN g.reason END FROM ops.ingest_gate AS g) AS gate,
    coalesce((
        SELECT extract(epoch FROM max(clock_timestamp() - a.xact_start))::float8
        FROM pg_stat_activity AS a
        WHERE a.datname = current_database() AND a.usename = 'mailmill_collector' AND a.state <> 'idle' AND a.xact_start IS NOT NULL
    ), 0) AS oldest_ingest,
    EXISTS (
        SELECT FROM pg_stat_activity AS a
        WHERE a.datname = current_database() AND a.usename = 'mailmill_collector' AND a.state_change > now() - interval '2 seconds'
    ) AS is_ingesting,
    (
        SELECT CASE WHEN current_setting('archive_mode') = 'off' THEN 0
            ELSE (pg_wal_lsn_diff(
                pg_current_wal_lsn(),
                coalesce(pg_lsn '0/0' + (
                    ('x' || substring(r.last_archived_wal, 9, 8))::bit(32)::bigint::numeric * 4294967296
                        + ('x' || substring(r.last_archived_wal, 17, 8))::bit(32)::bigint * 16777216
                ), pg_current_wal_lsn())
            ) / 16777216)::bigint END
        FROM (SELECT CASE WHEN s.last_archived_wal ~ '^[0-9A-F]{24}$' THEN s.last_archived_wal END AS last_archived_wal FROM pg_stat_archiver AS s) AS r
    ) AS archive_backlog,
    (SELECT coalesce(s.last_failed_time > s.last_archived_time, s.last_failed_time IS NOT NULL) FROM pg_stat_archiver AS s) AS is_archiving_failing,
    coalesce((
        SELECT max(pg_wal_lsn_diff(pg_current_wal_lsn(), r.replay_lsn))::bigint FROM pg_stat_replication AS r
        WHERE r.state = 'streaming'
    ), 0) AS replication_lag,
    ops.requested_checkpoints() AS checkpoints,
    EXISTS (
        SELECT FROM pg_stat_progress_vacuum AS v WHERE v.relid = $1::text::regclass AND v.pid <> pg_backend_pid()
    ) AS is_vacuumed
