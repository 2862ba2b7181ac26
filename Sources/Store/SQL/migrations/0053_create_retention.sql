-- Retention: how long each grain is kept is a setting, events also by a disk budget; what was dropped is told.
ALTER TABLE ops.partitioned_table ADD COLUMN kept_as text;
ALTER TABLE ops.partitioned_table ADD COLUMN kept_beyond interval NOT NULL DEFAULT interval '0';
ALTER TABLE ops.partitioned_table ADD COLUMN budget_since timestamptz;
ALTER TABLE ops.partitioned_table ADD CONSTRAINT partitioned_table_kept_as_check
    CHECK (kept_as IN ('events', 'minutes', 'hours', 'days'));
COMMENT ON COLUMN ops.partitioned_table.kept_as IS 'Which setting of retention it goes by; NULL: none, or not told yet.';
COMMENT ON COLUMN ops.partitioned_table.kept_beyond IS 'How much longer than its setting of retention says.';
COMMENT ON COLUMN ops.partitioned_table.budget_since IS
    'What is older had to go because of the disk budget; at a partition''s edge. Never goes back. NULL: nothing had to.';

CREATE TABLE ops.retention_run (
    run_id bigint GENERATED ALWAYS AS IDENTITY,
    ended_at timestamptz NOT NULL DEFAULT now(),
    took_ms bigint NOT NULL,
    dropped integer NOT NULL,
    freed_bytes bigint NOT NULL,
    error text,
    CONSTRAINT retention_run_pkey PRIMARY KEY (run_id)
);
COMMENT ON TABLE ops.retention_run IS 'Runs of retention: the last thousand, and those that dropped something among them.';
COMMENT ON COLUMN ops.retention_run.dropped IS 'Partitions.';

-- rt_log.horizon(relation): the oldest time that a partitioned table keeps, at a partition's edge: by its time of keeping,
-- as far as retention has come, or by the disk budget.
CREATE OR REPLACE FUNCTION rt_log.horizon(relation text) RETURNS timestamptz
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT greatest(least(t.kept_since, ops.partition_start(t.step, now() - t.kept_for)), t.budget_since)
    FROM ops.partitioned_table AS t
    WHERE t.relation = horizon.relation
$$;

-- ops.set_retention(events, minutes, hours, days): takes over the settings. A table that has not been told what it is kept
-- as is told by what its migration gave it. Returns how many tables changed.
CREATE FUNCTION ops.set_retention(events interval, minutes interval, hours interval, days interval) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    changed bigint;
BEGIN
    UPDATE ops.partitioned_table AS t
    SET kept_as = k.kept_as, kept_beyond = k.beyond
    FROM (
        VALUES
            (interval '14 days', 'events', interval '0'), ('15 days', 'events', '1 day'), ('60 days', 'minutes', '0'),
            ('2 years', 'hours', '0'), ('10 years', 'days', '0'), ('10 years 3 months', 'days', '3 months')
    ) AS k (kept_for, kept_as, beyond)
    WHERE t.kept_as IS NULL AND t.kept_for = k.kept_for;
    UPDATE ops.partitioned_table AS t
    SET kept_for = k.kept_for + t.kept_beyond
    FROM (
        VALUES ('events', set_retention.events), ('minutes', set_retention.minutes), ('hours', set_retention.hours), ('days', set_retention.days)
    ) AS k (kept_as, kept_for)
    WHERE t.kept_as = k.kept_as AND t.kept_for <> k.kept_for + t.kept_beyond;
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END
$$;

-- ops.partitions(): every partition of the tables that upkeep looks after. Plan: the catalog.
CREATE VIEW ops.partition AS
SELECT
    t.relation, t.kept_as, t.kept_for, c.relname::text AS name, b.lower_bound, b.lower_bound + t.step AS upper_bound,
    pg_total_relation_size(c.oid) AS bytes, pg_relation_size(c.oid) > 0 AS has_rows, greatest(c.reltuples, 0)::bigint AS live_rows
FROM ops.partitioned_table AS t
JOIN pg_inherits AS i ON i.inhparent = to_regclass('rt_log.' || t.relation)
JOIN pg_class AS c ON c.oid = i.inhrelid
CROSS JOIN LATERAL (
    SELECT to_date(substring(c.relname FROM '[0-9]+$'), t.suffix)::timestamp AT TIME ZONE 'UTC' AS lower_bound
) AS b;
COMMENT ON VIEW ops.partition IS 'Partitions, with the time that they cover and what they take.';

-- report_v1.storage(): what each table takes, how fast it grows, and when its oldest part goes. A last row without a time
-- of keeping is everything else. Growth is that of up to seven whole partitions, else of the one that is being filled.
-- Plan: the catalog, and the sizes of files.
CREATE FUNCTION report_v1.storage() RETURNS TABLE (
    relation text,
    kept_as text,
    kept_days float8,
    partitions bigint,
    live_rows bigint,
    bytes bigint,
    bytes_per_day float8,
    oldest timestamptz,
    next_drop_at timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    WITH part AS MATERIALIZED (
        SELECT p.*, row_number() OVER (PARTITION BY p.relation, p.upper_bound <= now() AND p.has_rows ORDER BY p.lower_bound DESC) AS age
        FROM ops.partition AS p
    ), held AS (
        SELECT
            t.relation, t.kept_as, extract(epoch FROM t.kept_for)::float8 / 86400 AS kept_days,
            count(p.name) FILTER (WHERE p.has_rows) AS partitions,
            coalesce(sum(p.live_rows), 0)::bigint AS live_rows,
            coalesce(sum(p.bytes), 0)::bigint AS bytes,
            coalesce(
                sum(p.bytes) FILTER (WHERE p.upper_bound <= now() AND p.has_rows AND p.age <= 7)
                    / (sum(extract(epoch FROM p.upper_bound - p.lower_bound)) FILTER (WHERE p.upper_bound <= now() AND p.has_rows AND p.age <= 7) / 86400),
                sum(p.bytes) FILTER (WHERE p.lower_bound <= now() AND p.upper_bound > now() AND p.has_rows)
                    / greatest(sum(extract(epoch FROM now() - p.lower_bound)) FILTER (WHERE p.lower_bound <= now() AND p.upper_bound > now() AND p.has_rows) / 86400, 0.05),
                0
            )::float8 AS bytes_per_day,
            min(p.lower_bound) FILTER (WHERE p.has_rows) AS oldest,
            min(p.upper_bound) FILTER (WHERE p.has_rows) + t.kept_for AS next_drop_at
        FROM ops.partitioned_table AS t
        LEFT JOIN part AS p ON p.relation = t.relation
        GROUP BY t.relation, t.kept_as, t.kept_for
    )
    SELECT h.* FROM held AS h
    UNION ALL
    SELECT
        'everything else', NULL, NULL, 0, 0,
        greatest(pg_database_size(current_database()) - (SELECT sum(h.bytes) FROM held AS h), 0)::bigint, 0, NULL, NULL
$$;
COMMENT ON FUNCTION report_v1.storage() IS 'What each table takes on disk, how fast it grows (bytes a day), and how long it is kept (days).';

CREATE VIEW report_v1.retention_run AS
SELECT r.ended_at, r.took_ms, r.dropped, r.freed_bytes, r.error
FROM ops.retention_run AS r;
COMMENT ON VIEW report_v1.retention_run IS 'Runs of retention: partitions dropped, and the bytes that gave.';

GRANT SELECT ON report_v1.retention_run TO mailmill_report, mailmill_console, mailmill_monitor;
GRANT EXECUTE ON FUNCTION report_v1.storage() TO mailmill_report, mailmill_console, mailmill_monitor;
