-- What the manager asks and does around the chunks of deferred migrations.

-- ops.prepare_step(migration, step): counts the rows of a step once, estimates the disk that the migration needs beside
-- them, and makes the partitions that the rows need: before the first chunk, in a transaction of its own, since a reader
-- that planned without a partition would not see what was moved into it. Returns how many partitions were made.
-- Plan: one pass over the source for the count; its key's index for the ends.
CREATE FUNCTION ops.prepare_step(migration text, step smallint) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
AS $$
DECLARE
    plan ops.deferred_step;
    rule ops.partitioned_table;
    counted bigint;
    at timestamptz;
    last timestamptz;
    made bigint := 0;
BEGIN
    SELECT s.* INTO STRICT plan FROM ops.deferred_step AS s WHERE s.migration = prepare_step.migration AND s.step = prepare_step.step;
    IF plan.rows_total IS NULL THEN
        EXECUTE format('SELECT count(*) FROM %s', plan.source) INTO counted;
        UPDATE ops.deferred_step AS s SET rows_total = counted WHERE s.migration = plan.migration AND s.step = plan.step;
        UPDATE ops.deferred_migration AS m
        SET started_at = coalesce(m.started_at, now()),
            -- What was moved gives its space back at the next vacuum; until then it stands twice.
            extra_bytes = greatest(
                m.extra_bytes, ops.round_bytes(plan.source) + pg_size_bytes(current_setting('max_wal_size'))
            )
        WHERE m.name = plan.migration;
    END IF;
    IF plan.partitions IS NOT NULL THEN
        SELECT t.* INTO STRICT rule FROM ops.partitioned_table AS t WHERE t.relation = plan.partitions;
        EXECUTE format(
            'SELECT min(o.%1$s), max(o.%1$s) FROM %2$s AS o WHERE isfinite(o.%1$s)', plan.source_key, plan.source
        ) INTO at, last;
        at := ops.partition_start(rule.step, at);
        WHILE at <= last LOOP
            made := made + ops.ensure_partition(plan.partitions, at)::integer;
            at := at + rule.step;
        END LOOP;
    END IF;
    RETURN made;
END
$$;

-- ops.round_bytes(relation): how much of a table may stand twice: a fiftieth, at least 32 MiB. A vacuum gives it back, and
-- reads every index once, so that smaller rounds would cost more than the moving; and it shortens a table by 8 MiB at least, or not at all.
CREATE FUNCTION ops.round_bytes(relation text) RETURNS bigint
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
RETURN greatest(pg_table_size(relation::regclass) / 50, 32 * 1024 * 1024);

-- ops.turn_deferred(migration): takes a migration whose rows are all where they belong to its next state: moved, from
-- there to completing when the time to change one's mind is over, and to the end. Returns the state.
CREATE FUNCTION ops.turn_deferred(migration text) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '500ms'
AS $$
DECLARE
    head ops.deferred_migration;
BEGIN
    SELECT m.* INTO STRICT head FROM ops.deferred_migration AS m WHERE m.name = turn_deferred.migration FOR UPDATE;
    CASE head.state
        WHEN 'moving' THEN
            UPDATE ops.deferred_migration AS m SET state = 'moved', moved_at = now(), changed_at = now() WHERE m.name = head.name;
        WHEN 'moved' THEN
            UPDATE ops.deferred_migration AS m SET state = 'completing', changed_at = now()
            WHERE m.name = head.name AND now() >= m.moved_at + m.reversible_for;
        WHEN 'completing' THEN
            IF head.completed < cardinality(head.completion) THEN
                EXECUTE head.completion[head.completed + 1];
                UPDATE ops.deferred_migration AS m SET completed = m.completed + 1, changed_at = now() WHERE m.name = head.name;
            END IF;
            -- With the last script: the tables may be gone.
            UPDATE ops.deferred_migration AS m SET state = 'done', ended_at = now()
            WHERE m.name = head.name AND m.completed >= cardinality(m.completion);
        WHEN 'rolling back' THEN
            UPDATE ops.deferred_migration AS m SET state = 'rolled back', ended_at = now(), changed_at = now() WHERE m.name = head.name;
        ELSE
            NULL;
    END CASE;
    RETURN (SELECT m.state FROM ops.deferred_migration AS m WHERE m.name = head.name);
END
$$;

-- ops.hold_of(migration, step): why a step itself has to wait; NULL: it need not.
CREATE FUNCTION ops.hold_of(migration text, step smallint) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    reason text;
BEGIN
    EXECUTE (SELECT s.hold FROM ops.deferred_step AS s WHERE s.migration = hold_of.migration AND s.step = hold_of.step) INTO reason;
    RETURN reason;
END
$$;

-- ops.requested_checkpoints(): how many checkpoints were not by time. PostgreSQL 17 moved the figure.
CREATE FUNCTION ops.requested_checkpoints() RETURNS bigint
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    requested bigint;
BEGIN
    IF current_setting('server_version_num')::integer >= 170000 THEN
        EXECUTE 'SELECT num_requested FROM pg_stat_checkpointer' INTO requested;
    ELSE
        EXECUTE 'SELECT checkpoints_req FROM pg_stat_bgwriter' INTO requested;
    END IF;
    RETURN requested;
END
$$;
