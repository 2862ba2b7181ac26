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
    reason_id integer NOT NULL DEFAULT 0,
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
COMMENT ON COLUMN rt_log.event.reason_id IS 'Canonical reason of a failure, rt_log.reason.';
COMMENT ON COLUMN rt_log.event.bounce_class IS 'Momentum''s code of the kind of failure: the server''s own word, else that of the collector''s rules; NULL where it is no failure.';
COMMENT ON COLUMN rt_log.event.kind IS '1 reception, 2 delivery, 3 transient failure, 4 permanent failure, 5 out-of-band bounce, '
    '6 expiration, 7 rejection, 8 discard, 9 administrative failure, 10 feedback report, 11 transfer, '
    '12 envelope: sender and size of a reception that was stored without them.';

CREATE INDEX event_occurred_at_idx ON rt_log.event USING brin (occurred_at)
    WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX event_hash_idx ON rt_log.event USING brin (
    message_hash int8_bloom_ops, recipient_hash int8_bloom_ops, sender_hash int8_bloom_ops
) WITH (pages_per_range = 32, autosummarize = on);

CREATE TABLE rt_log.quarantine (
    stored_at timestamptz NOT NULL DEFAULT now(),
    source_id integer NOT NULL,
    file_id bigint NOT NULL,
    position bigint NOT NULL,
    reason text NOT NULL,
    line bytea NOT NULL
) PARTITION BY RANGE (stored_at);
CREATE INDEX quarantine_source_reason_idx ON rt_log.quarantine (source_id, reason);
COMMENT ON TABLE rt_log.quarantine IS 'Lines that could not be read, as they stood in the log. A log of nothing else must not fill the disk: kept for 30 days.';
COMMENT ON COLUMN rt_log.quarantine.position IS 'Byte offset of the line in its decompressed file.';

CREATE TABLE ops.partitioned_table (
    relation text NOT NULL,
    step interval NOT NULL,
    suffix text NOT NULL,
    kept_for interval NOT NULL,
    kept_since timestamptz,
    made_ahead integer NOT NULL,
    options text NOT NULL,
    CONSTRAINT partitioned_table_pkey PRIMARY KEY (relation)
);
COMMENT ON TABLE ops.partitioned_table IS 'What upkeep needs to know to make partitions ahead and to drop old ones.';
COMMENT ON COLUMN ops.partitioned_table.step IS 'What one partition covers: a day or a month, UTC.';
COMMENT ON COLUMN ops.partitioned_table.kept_since IS 'What is older may be gone; at a partition''s edge. Only retention moves it, and all that read or write go by it. NULL: nothing has gone yet.';
COMMENT ON COLUMN ops.partitioned_table.made_ahead IS 'Partitions that exist beyond the current one.';

CREATE TABLE ops.clock (
    singleton boolean NOT NULL DEFAULT true,
    checked_at timestamptz NOT NULL DEFAULT now(),
    steady_since timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT clock_pkey PRIMARY KEY (singleton),
    CONSTRAINT clock_singleton_check CHECK (singleton)
);
INSERT INTO ops.clock DEFAULT VALUES;
COMMENT ON TABLE ops.clock IS 'One row: whether this machine''s clock can be believed. Nothing expires within a day of a jump.';
COMMENT ON COLUMN ops.clock.checked_at IS 'When retention looked last, by this clock.';
COMMENT ON COLUMN ops.clock.steady_since IS 'Since when the clock runs on without a jump; a jump is also what a long stop looks like.';

-- ops.partition_start(step, at): the beginning of the day or month, UTC, that holds a time.
CREATE FUNCTION ops.partition_start(step interval, at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
RETURN date_trunc(CASE WHEN step = '1 day' THEN 'day' ELSE 'month' END, at, 'UTC');

-- ops.has_partition(relation, at): whether the partition of a table that holds a time exists.
CREATE FUNCTION ops.has_partition(relation text, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
AS $$
    SELECT to_regclass('rt_log.' || t.relation || '_' || to_char(ops.partition_start(t.step, at), t.suffix)) IS NOT NULL
    FROM ops.partitioned_table AS t
    WHERE t.relation = has_partition.relation
$$;

-- ops.ensure_partition(relation, at): makes the partition of a table that holds a time, if it is missing.
-- Made by LIKE and ATTACH, which waits for no reader. One caller at a time for each table: whoever needs several tables
-- takes them in the order of their names, so that callers cannot deadlock.
-- Returns true if it made one. Plan: two catalog look-ups in the usual case.
CREATE FUNCTION ops.ensure_partition(relation text, at timestamptz) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
AS $$
DECLARE
    rule ops.partitioned_table;
    lower_bound timestamptz;
    child text;
BEGIN
    SELECT t.* INTO STRICT rule FROM ops.partitioned_table AS t WHERE t.relation = ensure_partition.relation;
    lower_bound := ops.partition_start(rule.step, at);
    child := rule.relation || '_' || to_char(lower_bound, rule.suffix);
    IF to_regclass('rt_log.' || child) IS NOT NULL THEN
        RETURN false;
    END IF;
    -- The lock that ATTACH takes. An advisory lock would not do: after it this session may still know the partition as
    -- missing.
    EXECUTE format('LOCK TABLE rt_log.%I IN SHARE UPDATE EXCLUSIVE MODE', rule.relation);
    IF to_regclass('rt_log.' || child) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format(
        'CREATE TABLE rt_log.%I (LIKE rt_log.%I INCLUDING DEFAULTS INCLUDING COMMENTS) WITH (%s)',
        child, rule.relation, rule.options
    );
    EXECUTE format(
        'ALTER TABLE rt_log.%I ATTACH PARTITION rt_log.%I FOR VALUES FROM (%L) TO (%L)',
        rule.relation, child, lower_bound, lower_bound + rule.step
    );
    RETURN true;
END
$$;

-- rt_log.horizon(relation): the oldest time that a partitioned table keeps, at a partition's edge.
CREATE FUNCTION rt_log.horizon(relation text) RETURNS timestamptz
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT least(t.kept_since, ops.partition_start(t.step, now() - t.kept_for))
    FROM ops.partitioned_table AS t
    WHERE t.relation = horizon.relation
$$;

-- autovacuum summarises the BRIN indexes: requests of autosummarize are lost when many come at once. What is not summarised
-- is read by every report whose period begins or ends there, so that it comes often; it reads new pages only.
INSERT INTO ops.partitioned_table (relation, step, suffix, kept_for, made_ahead, options) VALUES (
    'event', '1 day', 'YYYYMMDD', '14 days', 7,
    'autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000, autovacuum_analyze_scale_factor = 0.2'
), (
    'quarantine', '1 day', 'YYYYMMDD', '30 days', 7, 'fillfactor = 100'
);
