-- Events: one row each, daily partitions. The open day carries BRIN only, since a btree costs more than the rows.
CREATE TABLE rt_log.event (
    occurred_at timestamptz NOT NULL,
    message_hash bigint NOT NULL,
    recipient_hash bigint NOT NULL,
    sender_hash bigint NOT NULL,
    file_id bigint NOT NULL,
    domain_id integer NOT NULL,
    sender_domain_id integer NOT NULL,
    binding_id integer NOT NULL,
    host_id integer NOT NULL,
    size integer,
    delay_ms integer,
    status integer,
    attempt smallint,
    node_id smallint NOT NULL,
    kind smallint NOT NULL,
    reply_code smallint,
    stage smallint,
    bounce_class smallint,
    message_id text NOT NULL,
    recipient_local text NOT NULL,
    sender_local text NOT NULL,
    remote_address inet,
    reply text
) PARTITION BY RANGE (occurred_at);
COMMENT ON TABLE rt_log.event IS 'What happened to messages. Kept for the raw horizon (ops.partitioned_table).';
COMMENT ON COLUMN rt_log.event.message_hash IS 'Keyed hash of message_id: what trace looks for. 0 where untold.';
COMMENT ON COLUMN rt_log.event.recipient_hash IS 'Keyed hash of the recipient, local part and domain in lower case. 0 where untold.';
COMMENT ON COLUMN rt_log.event.size IS 'Bytes; NULL where the log does not tell.';
COMMENT ON COLUMN rt_log.event.delay_ms IS 'Milliseconds since reception; NULL where the log does not tell.';
COMMENT ON COLUMN rt_log.event.status IS 'Enhanced status code of RFC 3463: class * 1000000 + subject * 1000 + detail.';
COMMENT ON COLUMN rt_log.event.attempt IS 'The first is 1; NULL where the log does not tell.';
COMMENT ON COLUMN rt_log.event.kind IS '1 reception, 2 delivery, 3 transient failure, 4 permanent failure, 5 out-of-band bounce, '
    '6 expiration, 7 rejection, 8 discard, 9 administrative failure, 10 feedback report, 11 transfer.';

CREATE INDEX event_occurred_at_idx ON rt_log.event USING brin (occurred_at)
    WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX event_hash_idx ON rt_log.event USING brin (
    message_hash int8_bloom_ops, recipient_hash int8_bloom_ops, sender_hash int8_bloom_ops
) WITH (pages_per_range = 32, autosummarize = on);

CREATE TABLE rt_log.quarantine (
    quarantine_id bigint GENERATED ALWAYS AS IDENTITY,
    source_id integer NOT NULL,
    file_id bigint NOT NULL,
    position bigint NOT NULL,
    reason text NOT NULL,
    line bytea NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT quarantine_pkey PRIMARY KEY (quarantine_id),
    CONSTRAINT quarantine_source_fkey FOREIGN KEY (source_id) REFERENCES ops.source (source_id)
);
CREATE INDEX quarantine_source_reason_idx ON rt_log.quarantine (source_id, reason);
COMMENT ON TABLE rt_log.quarantine IS 'Lines that could not be read, as they stood in the log.';
COMMENT ON COLUMN rt_log.quarantine.position IS 'Byte offset of the line in its decompressed file.';

CREATE TABLE ops.partitioned_table (
    relation text NOT NULL,
    step interval NOT NULL,
    suffix text NOT NULL,
    kept_for interval NOT NULL,
    made_ahead integer NOT NULL,
    options text NOT NULL,
    CONSTRAINT partitioned_table_pkey PRIMARY KEY (relation)
);
COMMENT ON TABLE ops.partitioned_table IS 'What upkeep needs to know to make partitions ahead and to drop old ones.';
COMMENT ON COLUMN ops.partitioned_table.step IS 'What one partition covers: a day or a month, UTC.';
COMMENT ON COLUMN ops.partitioned_table.made_ahead IS 'Partitions that exist beyond the current one.';

-- ops.ensure_partition(relation, at): makes the partition of a table that holds a time, if it is missing.
-- Made by LIKE and ATTACH, which waits for no reader; two callers do not collide.
-- Returns true if it made one. Plan: two catalog look-ups in the usual case.
CREATE FUNCTION ops.ensure_partition(relation text, at timestamptz) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
    rule ops.partitioned_table;
    lower_bound timestamptz;
    upper_bound timestamptz;
    child text;
BEGIN
    SELECT t.* INTO STRICT rule FROM ops.partitioned_table AS t WHERE t.relation = ensure_partition.relation;
    lower_bound := date_trunc(CASE WHEN rule.step = '1 day' THEN 'day' ELSE 'month' END, at);
    upper_bound := lower_bound + rule.step;
    child := rule.relation || '_' || to_char(lower_bound, rule.suffix);
    IF to_regclass('rt_log.' || child) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('partition ' || child, 0));
    IF to_regclass('rt_log.' || child) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format(
        'CREATE TABLE rt_log.%I (LIKE rt_log.%I INCLUDING DEFAULTS INCLUDING COMMENTS) WITH (%s)',
        child, rule.relation, rule.options
    );
    EXECUTE format(
        'ALTER TABLE rt_log.%I ATTACH PARTITION rt_log.%I FOR VALUES FROM (%L) TO (%L)',
        rule.relation, child, lower_bound, upper_bound
    );
    RETURN true;
END
$$;

-- rt_log.horizon(relation): the oldest time that a partitioned table keeps, at a partition's edge.
CREATE FUNCTION rt_log.horizon(relation text) RETURNS timestamptz
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $$
    SELECT date_trunc(CASE WHEN t.step = '1 day' THEN 'day' ELSE 'month' END, now() - t.kept_for)
    FROM ops.partitioned_table AS t
    WHERE t.relation = horizon.relation
$$;

INSERT INTO ops.partitioned_table (relation, step, suffix, kept_for, made_ahead, options) VALUES (
    'event', '1 day', 'YYYYMMDD', '14 days', 7,
    'autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 1000000, autovacuum_analyze_scale_factor = 0.2'
);
