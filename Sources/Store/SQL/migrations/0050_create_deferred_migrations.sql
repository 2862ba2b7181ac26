-- Deferred migrations: what rewrites data does not hold up a release. The migration that makes a new layout registers here
-- what is to be moved, and makes the views that readers use show both layouts; the manager moves the rows afterwards,
-- in chunks, while everything runs. Readers see each row exactly once at every instant.

CREATE TABLE ops.deferred_migration (
    name text NOT NULL,
    summary text NOT NULL,
    completion text[] NOT NULL,
    completed integer NOT NULL DEFAULT 0,
    reversible_for interval NOT NULL DEFAULT '1 day',
    state text NOT NULL DEFAULT 'moving',
    is_paused boolean NOT NULL DEFAULT false,
    rows_per_second integer,
    chunk_rows integer NOT NULL DEFAULT 2000,
    run integer NOT NULL DEFAULT 1,
    held_by text,
    held_since timestamptz,
    last_error text,
    extra_bytes bigint,
    registered_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    moved_at timestamptz,
    ended_at timestamptz,
    changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT deferred_migration_pkey PRIMARY KEY (name),
    CONSTRAINT deferred_migration_state_check
        CHECK (state IN ('moving', 'moved', 'completing', 'done', 'rolling back', 'rolled back')),
    CONSTRAINT deferred_migration_speed_check CHECK (rows_per_second > 0),
    CONSTRAINT deferred_migration_chunk_check CHECK (chunk_rows > 0)
);
COMMENT ON TABLE ops.deferred_migration IS 'Changes of layout whose rows the manager moves, and how far it is.';
COMMENT ON COLUMN ops.deferred_migration.completion IS
    'Scripts that end it, a transaction each: readers go to the new layout alone, then the old tables go.';
COMMENT ON COLUMN ops.deferred_migration.completed IS 'How many of them have run.';
COMMENT ON COLUMN ops.deferred_migration.reversible_for IS 'How long after the last row was moved it waits for a rollback, before it completes by itself.';
COMMENT ON COLUMN ops.deferred_migration.state IS
    'moving; moved: every row is, and all can still go back; completing: past the point of no return; done; rolling back; rolled back.';
COMMENT ON COLUMN ops.deferred_migration.rows_per_second IS 'A limit that a person set; NULL: as fast as nothing else suffers.';
COMMENT ON COLUMN ops.deferred_migration.chunk_rows IS 'Rows of the next chunk. Adapts itself.';
COMMENT ON COLUMN ops.deferred_migration.run IS 'Counts up at each beginning after a rollback.';
COMMENT ON COLUMN ops.deferred_migration.held_by IS 'Why it waits at the moment; NULL: it does not.';
COMMENT ON COLUMN ops.deferred_migration.extra_bytes IS 'Disk that it needs beside what the rows take anyway, as estimated when it began.';

CREATE TABLE ops.deferred_step (
    migration text NOT NULL,
    step smallint NOT NULL,
    source text NOT NULL,
    source_key text NOT NULL,
    target text NOT NULL,
    target_key text NOT NULL,
    target_columns text NOT NULL,
    target_condition text NOT NULL DEFAULT 'true',
    partitions text,
    prepare text NOT NULL DEFAULT '',
    misfit text NOT NULL DEFAULT 'NULL',
    up text NOT NULL,
    down text,
    hold text NOT NULL DEFAULT 'SELECT NULL::text',
    rows_total bigint,
    CONSTRAINT deferred_step_pkey PRIMARY KEY (migration, step),
    CONSTRAINT deferred_step_migration_fkey FOREIGN KEY (migration) REFERENCES ops.deferred_migration (name)
);
COMMENT ON TABLE ops.deferred_step IS
    'The tables whose rows are moved, in order. Texts are SQL of our own migrations, never of a user; {rows} stands for the rows.';
COMMENT ON COLUMN ops.deferred_step.source_key IS 'Column that chunks are cut by, indexed; the greatest values go first.';
COMMENT ON COLUMN ops.deferred_step.target_condition IS 'Tells the rows of the target, alias n, that came from the source.';
COMMENT ON COLUMN ops.deferred_step.partitions IS 'The target''s entry in ops.partitioned_table; NULL: it is not partitioned.';
COMMENT ON COLUMN ops.deferred_step.prepare IS 'Statements before rows are stored, such as numbers for their texts.';
COMMENT ON COLUMN ops.deferred_step.misfit IS 'Why a row of the source, alias o, cannot be moved; NULL: it can.';
COMMENT ON COLUMN ops.deferred_step.up IS 'SELECT of target_columns from rows of the source.';
COMMENT ON COLUMN ops.deferred_step.down IS 'SELECT of the source''s columns, in order, from rows of the target. NULL: there is no way back.';
COMMENT ON COLUMN ops.deferred_step.hold IS 'SELECT of why it has to wait; NULL: nothing speaks against the next chunk.';
COMMENT ON COLUMN ops.deferred_step.rows_total IS 'Counted before its first chunk.';

CREATE TABLE ops.deferred_chunk (
    chunk_id bigint GENERATED ALWAYS AS IDENTITY,
    migration text NOT NULL,
    step smallint NOT NULL,
    run integer NOT NULL,
    key_from text,
    key_to text,
    is_undone boolean NOT NULL DEFAULT false,
    moved bigint NOT NULL,
    quarantined bigint NOT NULL,
    checksum numeric NOT NULL,
    took_ms bigint NOT NULL,
    ended_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT deferred_chunk_pkey PRIMARY KEY (chunk_id),
    CONSTRAINT deferred_chunk_step_fkey FOREIGN KEY (migration, step) REFERENCES ops.deferred_step (migration, step)
);
CREATE INDEX deferred_chunk_step_idx ON ops.deferred_chunk (migration, step, chunk_id);
COMMENT ON TABLE ops.deferred_chunk IS 'Each chunk that was moved, written in the transaction that moved it.';
COMMENT ON COLUMN ops.deferred_chunk.key_from IS 'Smallest key of the chunk; NULL: no lower bound.';
COMMENT ON COLUMN ops.deferred_chunk.key_to IS 'Past its greatest key; NULL: no upper bound.';
COMMENT ON COLUMN ops.deferred_chunk.checksum IS 'Sum of the hashes of the source''s rows; the rows in the target gave the same.';
COMMENT ON COLUMN ops.deferred_chunk.is_undone IS 'Its rows went back.';

CREATE TABLE ops.deferred_quarantine (
    migration text NOT NULL,
    step smallint NOT NULL,
    chunk_id bigint NOT NULL,
    reason text NOT NULL,
    content jsonb NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT deferred_quarantine_chunk_fkey FOREIGN KEY (chunk_id) REFERENCES ops.deferred_chunk (chunk_id)
);
CREATE INDEX deferred_quarantine_chunk_idx ON ops.deferred_quarantine (chunk_id);
COMMENT ON TABLE ops.deferred_quarantine IS 'Rows that the new layout cannot hold, as they were. None is ever left out silently.';

CREATE VIEW report_v1.deferred_migration AS
SELECT
    m.name, m.summary, m.state, m.is_paused, m.rows_per_second, m.chunk_rows, m.run, m.held_by, m.held_since,
    m.last_error, m.extra_bytes, m.reversible_for, m.registered_at, m.started_at, m.moved_at, m.ended_at,
    s.steps, s.rows_total, coalesce(c.moved, 0)::bigint AS rows_moved, coalesce(c.quarantined, 0)::bigint AS rows_quarantined,
    c.chunks, c.recent_rows, c.recent_ms, c.fastest, c.slowest
FROM ops.deferred_migration AS m
CROSS JOIN LATERAL (
    SELECT count(*) AS steps, CASE WHEN count(*) = count(t.rows_total) THEN sum(t.rows_total)::bigint END AS rows_total
    FROM ops.deferred_step AS t
    WHERE t.migration = m.name AND (t.down IS NOT NULL) = (m.state <> 'completing')
) AS s
CROSS JOIN LATERAL (
    SELECT
        count(*) AS chunks,
        sum(h.moved) AS moved,
        sum(h.quarantined) AS quarantined,
        sum(h.moved) FILTER (WHERE h.age <= 20)::bigint AS recent_rows,
        extract(epoch FROM max(h.ended_at) - min(h.ended_at - h.took_ms * interval '1 ms') FILTER (WHERE h.age <= 20))::float8 * 1000 AS recent_ms,
        percentile_cont(0.9) WITHIN GROUP (ORDER BY h.moved * 1000.0 / greatest(h.took_ms, 1)) FILTER (WHERE h.age <= 20) AS fastest,
        percentile_cont(0.1) WITHIN GROUP (ORDER BY h.moved * 1000.0 / greatest(h.took_ms, 1)) FILTER (WHERE h.age <= 20) AS slowest
    FROM (
        SELECT k.moved, k.quarantined, k.ended_at, k.took_ms, row_number() OVER (ORDER BY k.chunk_id DESC) AS age
        FROM ops.deferred_chunk AS k
        JOIN ops.deferred_step AS t ON t.migration = k.migration AND t.step = k.step
        WHERE k.migration = m.name AND k.run = m.run AND NOT k.is_undone
            AND (t.down IS NOT NULL) = (m.state <> 'completing')
    ) AS h
) AS c;
COMMENT ON VIEW report_v1.deferred_migration IS 'Deferred migrations: how far the manager is, and why it waits.';
COMMENT ON COLUMN report_v1.deferred_migration.rows_total IS 'Rows to move; NULL until they are counted. While it completes: those of the steps without a way back.';
COMMENT ON COLUMN report_v1.deferred_migration.recent_rows IS 'Rows of the last 20 chunks.';
COMMENT ON COLUMN report_v1.deferred_migration.recent_ms IS 'Milliseconds from the beginning of the first of them to the end of the last, waits and all.';
COMMENT ON COLUMN report_v1.deferred_migration.fastest IS 'Rows a second that a tenth of them exceeded.';
COMMENT ON COLUMN report_v1.deferred_migration.slowest IS 'Rows a second that nine tenths of them exceeded.';

GRANT SELECT ON report_v1.deferred_migration TO mailmill_report, mailmill_console, mailmill_monitor;
