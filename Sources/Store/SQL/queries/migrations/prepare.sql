-- Where migrations are recorded. Runs before each, as mailmill_owner; changes nothing after the first time.
SET LOCAL client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS ops;
COMMENT ON SCHEMA ops IS 'How Mailmill itself is doing: migrations, nodes, sources, partitions, jobs.';
CREATE TABLE IF NOT EXISTS ops.migration (
    version integer NOT NULL,
    name text NOT NULL,
    checksum bytea NOT NULL,
    took_ms bigint NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    applied_by text NOT NULL DEFAULT session_user,
    CONSTRAINT migration_pkey PRIMARY KEY (version)
);
COMMENT ON COLUMN ops.migration.checksum IS 'SHA-256 of the file.';
