-- Nodes, the sources that collectors follow on them, and how far each of their files has been counted.
CREATE TABLE ops.node (
    node_id smallint NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT node_pkey PRIMARY KEY (node_id),
    CONSTRAINT node_name_key UNIQUE (name),
    CONSTRAINT node_name_check CHECK (name <> '' AND length(name) <= 255)
);
COMMENT ON TABLE ops.node IS 'A mail server. Named by the settings of its collector.';
COMMENT ON COLUMN ops.node.node_id IS 'Counted up by open_source, not by a sequence: a sequence loses a number at each failed attempt.';

CREATE TABLE ops.source (
    source_id integer GENERATED ALWAYS AS IDENTITY,
    node_id smallint NOT NULL,
    name text NOT NULL,
    format text NOT NULL,
    is_sample boolean NOT NULL,
    is_import boolean GENERATED ALWAYS AS (name = 'import') STORED,
    epoch bigint NOT NULL DEFAULT 0,
    first_opened_at timestamptz NOT NULL DEFAULT now(),
    last_report_at timestamptz,
    read_up_to timestamptz,
    lag_bytes bigint NOT NULL DEFAULT 0,
    last_error text,
    last_error_at timestamptz,
    CONSTRAINT source_pkey PRIMARY KEY (source_id),
    CONSTRAINT source_key UNIQUE (node_id, name, format),
    CONSTRAINT source_node_fkey FOREIGN KEY (node_id) REFERENCES ops.node (node_id)
) WITH (fillfactor = 50);
COMMENT ON TABLE ops.source IS 'A log that is followed: a path or journald, on one node.';
COMMENT ON COLUMN ops.source.is_import IS 'It is no log that is followed: the archived files of the node and format that were imported.';
COMMENT ON COLUMN ops.source.epoch IS 'Counts the collectors that opened the source; only the last one may commit.';
COMMENT ON COLUMN ops.source.read_up_to IS 'All that the log holds up to this time is committed, as its collector said.';
COMMENT ON COLUMN ops.source.lag_bytes IS 'Bytes that the collector knows of and has not committed.';
COMMENT ON COLUMN ops.source.last_error IS 'NULL after it went well again.';

CREATE TABLE ops.source_file (
    file_id bigint GENERATED ALWAYS AS IDENTITY,
    source_id integer NOT NULL,
    name text NOT NULL,
    position bigint NOT NULL DEFAULT 0,
    cursor text NOT NULL DEFAULT '',
    parser_state bytea NOT NULL DEFAULT '',
    head_length integer NOT NULL,
    head_hash bytea NOT NULL,
    tail_length integer NOT NULL,
    tail_hash bytea NOT NULL,
    content_hash bigint,
    lines bigint NOT NULL DEFAULT 0,
    events bigint NOT NULL DEFAULT 0,
    quarantined bigint NOT NULL DEFAULT 0,
    read_up_to timestamptz,
    opened_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT source_file_pkey PRIMARY KEY (file_id),
    CONSTRAINT source_file_source_fkey FOREIGN KEY (source_id) REFERENCES ops.source (source_id),
    CONSTRAINT source_file_position_check CHECK (position >= 0)
) WITH (fillfactor = 50);
CREATE INDEX source_file_source_idx ON ops.source_file (source_id, file_id);

-- Whether two sources may move the positions of each other's files: an import, and what is followed on its node.
CREATE FUNCTION ops.shares_files(a integer, b integer) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM ops.source AS x
        JOIN ops.source AS y ON y.node_id = x.node_id AND y.format = x.format
        WHERE x.source_id = a AND y.source_id = b AND (x.is_import OR y.is_import)
    )
$$;
COMMENT ON FUNCTION ops.shares_files(integer, integer) IS 'Whether a file may be followed by one source and imported by the other.';

COMMENT ON TABLE ops.source_file IS
    'A log file, told from others by its content. Its position moves in the transaction that stores its events.';
COMMENT ON COLUMN ops.source_file.name IS 'Where it was last seen; only a hint.';
COMMENT ON COLUMN ops.source_file.position IS 'Decompressed bytes (files) or entries (journald) that are counted.';
COMMENT ON COLUMN ops.source_file.cursor IS 'journald''s cursor; empty for files.';
COMMENT ON COLUMN ops.source_file.head_hash IS 'SHA-256 of the first head_length bytes.';
COMMENT ON COLUMN ops.source_file.tail_hash IS 'SHA-256 of the tail_length bytes before the position.';
COMMENT ON COLUMN ops.source_file.content_hash IS
    'CRC-64 (ECMA-182, as of xz) of all bytes before the position; NULL where they were not all read, and for journald.';
COMMENT ON COLUMN ops.source_file.read_up_to IS 'The newest time that a read line told.';

CREATE TABLE ops.file_mark (
    file_id bigint NOT NULL,
    position bigint NOT NULL,
    hash bigint NOT NULL,
    CONSTRAINT file_mark_pkey PRIMARY KEY (file_id, position),
    CONSTRAINT file_mark_file_fkey FOREIGN KEY (file_id) REFERENCES ops.source_file (file_id) ON DELETE CASCADE
);
COMMENT ON TABLE ops.file_mark IS
    'Hashes of the beginnings of files: what is shorter than what is counted of a file is told by them from another that begins alike.';
COMMENT ON COLUMN ops.file_mark.position IS 'Bytes: 8 KiB, twice as many each up to 1 MiB, then each MiB.';
COMMENT ON COLUMN ops.file_mark.hash IS 'CRC-64 (ECMA-182, as of xz) of all bytes before the position.';

CREATE TABLE ops.ingest_gate (
    singleton boolean NOT NULL DEFAULT true,
    is_open boolean NOT NULL DEFAULT true,
    reason text NOT NULL DEFAULT '',
    since timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ingest_gate_pkey PRIMARY KEY (singleton),
    CONSTRAINT ingest_gate_singleton_check CHECK (singleton)
);
INSERT INTO ops.ingest_gate DEFAULT VALUES;
COMMENT ON TABLE ops.ingest_gate IS 'One row: whether events are taken. Closed while the disk is nearly full.';
