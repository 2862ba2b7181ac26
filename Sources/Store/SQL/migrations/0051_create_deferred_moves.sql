-- The moves of deferred migrations: a chunk is a transaction. What is claimed, deleted, stored, counted and noted in it
-- happens together or not at all, so that whoever is killed leaves nothing to clear up.

-- ops.fail_at(point): ends the session if the session itself has asked for that. For tests of kills at exact places.
CREATE FUNCTION ops.fail_at(point text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF current_setting('mailmill.fail_at', true) = point THEN
        PERFORM pg_terminate_backend(pg_backend_pid());
    END IF;
END
$$;

-- ops.key_range(key, key_type, key_from, key_to): the condition of a range; an end that is NULL is open.
CREATE FUNCTION ops.key_range(key text, key_type text, key_from text, key_to text) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
RETURN concat_ws(
    ' AND ',
    CASE WHEN key_from IS NOT NULL THEN format('%s >= %L::%s', key, key_from, key_type) END,
    CASE WHEN key_to IS NOT NULL THEN format('%s < %L::%s', key, key_to, key_type) END,
    CASE WHEN key_from IS NULL AND key_to IS NULL THEN 'true' END
);

-- ops.key_type(relation, key): the type of a column.
CREATE FUNCTION ops.key_type(relation text, key text) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format_type(a.atttypid, NULL) FROM pg_attribute AS a WHERE a.attrelid = relation::regclass AND a.attname = key
$$;

-- ops.cut_chunk(migration, step, rows): the next chunk of a step: the greatest keys that are left. Those of one key stay
-- together. Returns no row where none is left.
-- Plan: an index scan over as many keys, from where the last chunk ended: never through what was deleted before.
CREATE FUNCTION ops.cut_chunk(migration text, step smallint, rows integer, OUT key_from text, OUT key_to text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
AS $$
DECLARE
    plan ops.deferred_step;
    kind text;
    has_any boolean;
BEGIN
    SELECT s.* INTO STRICT plan FROM ops.deferred_step AS s WHERE s.migration = cut_chunk.migration AND s.step = cut_chunk.step;
    kind := ops.key_type(plan.source, plan.source_key);
    SELECT c.key_from INTO key_to
    FROM ops.deferred_chunk AS c
    JOIN ops.deferred_migration AS m ON m.name = c.migration AND m.run = c.run
    WHERE c.migration = cut_chunk.migration AND c.step = cut_chunk.step AND NOT c.is_undone
    ORDER BY c.chunk_id DESC
    LIMIT 1;
    EXECUTE format(
        'SELECT true FROM %s AS o WHERE %s LIMIT 1', plan.source, ops.key_range('o.' || plan.source_key, kind, NULL, key_to)
    ) INTO has_any;
    IF has_any IS NULL AND key_to IS NOT NULL THEN
        -- Nothing below the last chunk. What came above it since, if anything did, is moved too.
        key_to := NULL;
        EXECUTE format('SELECT true FROM %s LIMIT 1', plan.source) INTO has_any;
    END IF;
    IF has_any IS NULL THEN
        RETURN;
    END IF;
    EXECUTE format(
        'SELECT o.%1$s::text FROM %2$s AS o WHERE %3$s ORDER BY o.%1$s DESC OFFSET %4$s LIMIT 1',
        plan.source_key, plan.source, ops.key_range('o.' || plan.source_key, kind, NULL, key_to), greatest(rows, 1) - 1
    ) INTO key_from;
    RETURN NEXT;
END
$$;

-- ops.move_rows(...): moves the rows of one table that a condition holds for into another, and checks that nothing was
-- lost on the way: as many rows, and the rows that stand in the target, mapped back, have the same sum of hashes.
--   taken       condition of the rows, alias o (or n on the way back)
--   checked     the columns that have to come back as they are
--   up, down    SELECTs with {rows} in place of the rows; down NULL: the check compares what was to be stored with what was
--   own_chunk   whose quarantine the misfits go to
-- Raises data_exception where the check fails. Plan: one pass over each side, by the key's index or the partition.
CREATE FUNCTION ops.move_rows(
    source text,
    alias text,
    taken text,
    checked text,
    target text,
    target_columns text,
    prepare text,
    misfit text,
    up text,
    down text,
    plan ops.deferred_step,
    own_chunk bigint,
    OUT moved bigint,
    OUT quarantined bigint,
    OUT checksum numeric
)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
SET jit = off
-- Rows are stored in the order in which they come: a merge would sort them by a text.
SET enable_mergejoin = off
AS $$
DECLARE
    -- One for each table: a temporary table keeps its columns.
    kept text := 'moved_' || md5(source);
    stored bigint;
    stored_checksum numeric;
BEGIN
    IF to_regclass('pg_temp.' || kept) IS NULL THEN
        EXECUTE format('CREATE TEMPORARY TABLE %I (LIKE %s) ON COMMIT DELETE ROWS', kept, source);
    ELSE
        EXECUTE format('DELETE FROM pg_temp.%I', kept);
    END IF;
    PERFORM ops.fail_at('before-delete');
    EXECUTE format(
        'WITH taken AS (DELETE FROM %1$s AS %2$s WHERE %3$s RETURNING %2$s.*) INSERT INTO pg_temp.%4$I SELECT * FROM taken',
        source, alias, taken, kept
    );
    PERFORM ops.fail_at('after-delete');
    quarantined := 0;
    IF misfit <> 'NULL' THEN
        EXECUTE format(
            'WITH unfit AS (DELETE FROM pg_temp.%1$I AS o WHERE (%2$s) IS NOT NULL RETURNING to_jsonb(o) AS content, (%2$s) AS reason)
             INSERT INTO ops.deferred_quarantine (migration, step, chunk_id, reason, content)
             SELECT $1, $2, $3, u.reason, u.content FROM unfit AS u',
            kept, misfit
        ) USING plan.migration, plan.step, own_chunk;
        GET DIAGNOSTICS quarantined = ROW_COUNT;
    END IF;
    IF prepare <> '' THEN
        EXECUTE replace(prepare, '{rows}', format('pg_temp.%I', kept));
    END IF;
    IF down IS NULL THEN
        EXECUTE format(
            'SELECT count(*), coalesce(sum(hash_record_extended(u, 0)), 0) FROM (%s) AS u', replace(up, '{rows}', format('pg_temp.%I', kept))
        ) INTO moved, checksum;
        EXECUTE format(
            'WITH stored AS (INSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE %3$s RETURNING %2$s)
             SELECT count(*), coalesce(sum(hash_record_extended(s, 0)), 0) FROM stored AS s',
            target, target_columns, replace(up, '{rows}', format('pg_temp.%I', kept))
        ) INTO stored, stored_checksum;
    ELSE
        EXECUTE format(
            'SELECT count(*), coalesce(sum(hash_record_extended(o, 0)), 0) FROM (SELECT %s FROM pg_temp.%I) AS o', checked, kept
        )
        INTO moved, checksum;
        EXECUTE format(
            'WITH stored AS (INSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE %3$s RETURNING *)
             SELECT count(*), coalesce(sum(hash_record_extended(d, 0)), 0) FROM (%4$s) AS d',
            target, target_columns, replace(up, '{rows}', format('pg_temp.%I', kept)), replace(down, '{rows}', 'stored')
        ) INTO stored, stored_checksum;
    END IF;
    PERFORM ops.fail_at('after-insert');
    IF stored <> moved OR stored_checksum <> checksum THEN
        RAISE EXCEPTION 'of % rows % came back from the new layout, and not all as they were', moved, stored
            USING ERRCODE = 'data_exception';
    END IF;
END
$$;

-- ops.columns(relation): the names of a table's columns, with commas between.
CREATE FUNCTION ops.columns(relation text) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
    FROM pg_attribute AS a
    WHERE a.attrelid = relation::regclass AND a.attnum > 0 AND NOT a.attisdropped
$$;

-- ops.move_chunk(...): moves one chunk and notes it. Refuses, returning no row, where the migration is not to move: a
-- person has paused or turned it meanwhile. one_by_one: each row on its own, and those that fail go to quarantine with
-- the error; for small chunks, after the whole failed.
CREATE FUNCTION ops.move_chunk(
    migration text,
    step smallint,
    key_from text,
    key_to text,
    one_by_one boolean,
    OUT moved bigint,
    OUT quarantined bigint
)
RETURNS SETOF record
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
AS $$
DECLARE
    head ops.deferred_migration;
    plan ops.deferred_step;
    begin_at timestamptz := clock_timestamp();
    range text;
    own_chunk bigint;
    part record;
    row_id tid;
    all_moved bigint := 0;
    all_quarantined bigint := 0;
    all_checksum numeric := 0;
BEGIN
    PERFORM ops.fail_at('before-claim');
    SELECT m.* INTO STRICT head FROM ops.deferred_migration AS m WHERE m.name = move_chunk.migration FOR UPDATE;
    SELECT s.* INTO STRICT plan FROM ops.deferred_step AS s WHERE s.migration = move_chunk.migration AND s.step = move_chunk.step;
    IF head.is_paused OR head.state <> (CASE WHEN plan.down IS NULL THEN 'completing' ELSE 'moving' END) THEN
        RETURN;
    END IF;
    range := ops.key_range('o.' || plan.source_key, ops.key_type(plan.source, plan.source_key), key_from, key_to);
    INSERT INTO ops.deferred_chunk (migration, step, run, key_from, key_to, moved, quarantined, checksum, took_ms)
    VALUES (plan.migration, plan.step, head.run, move_chunk.key_from, move_chunk.key_to, 0, 0, 0, 0)
    RETURNING chunk_id INTO own_chunk;
    IF one_by_one THEN
        FOR row_id IN EXECUTE format('SELECT o.ctid FROM %s AS o WHERE %s', plan.source, range) LOOP
            BEGIN
                SELECT r.* INTO part
                FROM ops.move_rows(
                    plan.source, 'o', format('o.ctid = %L', row_id), '*', plan.target, plan.target_columns,
                    plan.prepare, plan.misfit, plan.up, plan.down, plan, own_chunk
                ) AS r;
                all_moved := all_moved + part.moved;
                all_quarantined := all_quarantined + part.quarantined;
                all_checksum := all_checksum + part.checksum;
            EXCEPTION WHEN data_exception OR integrity_constraint_violation OR raise_exception THEN
                EXECUTE format(
                    'WITH unfit AS (DELETE FROM %1$s AS o WHERE o.ctid = $4 RETURNING to_jsonb(o) AS content)
                     INSERT INTO ops.deferred_quarantine (migration, step, chunk_id, reason, content)
                     SELECT $1, $2, $3, $5, u.content FROM unfit AS u',
                    plan.source
                ) USING plan.migration, plan.step, own_chunk, row_id, SQLERRM;
                all_quarantined := all_quarantined + 1;
            END;
        END LOOP;
    ELSE
        SELECT r.* INTO part
        FROM ops.move_rows(
            plan.source, 'o', range, '*', plan.target, plan.target_columns,
            plan.prepare, plan.misfit, plan.up, plan.down, plan, own_chunk
        ) AS r;
        all_moved := part.moved;
        all_quarantined := part.quarantined;
        all_checksum := part.checksum;
    END IF;
    UPDATE ops.deferred_chunk AS c
    SET moved = all_moved, quarantined = all_quarantined, checksum = all_checksum,
        took_ms = extract(epoch FROM clock_timestamp() - begin_at) * 1000, ended_at = clock_timestamp()
    WHERE c.chunk_id = own_chunk;
    PERFORM ops.fail_at('before-commit');
    moved := all_moved;
    quarantined := all_quarantined;
    RETURN NEXT;
END
$$;

-- ops.undo_chunk(migration): takes the last chunk of a migration that is rolled back to where it came from, its
-- quarantine too. Returns the rows that went back; no row where no chunk is left, or the migration is not to move.
CREATE FUNCTION ops.undo_chunk(migration text, OUT moved bigint)
RETURNS SETOF bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
AS $$
DECLARE
    head ops.deferred_migration;
    plan ops.deferred_step;
    last ops.deferred_chunk;
    part record;
    returned bigint;
BEGIN
    PERFORM ops.fail_at('before-claim');
    SELECT m.* INTO STRICT head FROM ops.deferred_migration AS m WHERE m.name = undo_chunk.migration FOR UPDATE;
    IF head.is_paused OR head.state <> 'rolling back' THEN
        RETURN;
    END IF;
    SELECT c.* INTO last
    FROM ops.deferred_chunk AS c
    WHERE c.migration = undo_chunk.migration AND c.run = head.run AND NOT c.is_undone
    ORDER BY c.chunk_id DESC
    LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT s.* INTO STRICT plan FROM ops.deferred_step AS s WHERE s.migration = last.migration AND s.step = last.step;
    SELECT r.* INTO part
    FROM ops.move_rows(
        plan.target, 'n',
        plan.target_condition || ' AND '
            || ops.key_range('n.' || plan.target_key, ops.key_type(plan.target, plan.target_key), last.key_from, last.key_to),
        plan.target_columns, plan.source, ops.columns(plan.source), '', 'NULL', plan.down, plan.up, plan, last.chunk_id
    ) AS r;
    IF part.moved <> last.moved THEN
        RAISE EXCEPTION 'chunk % had % rows, and % are there to go back', last.chunk_id, last.moved, part.moved
            USING ERRCODE = 'data_exception';
    END IF;
    EXECUTE format(
        'WITH held AS (DELETE FROM ops.deferred_quarantine AS q WHERE q.chunk_id = $1 RETURNING q.content)
         INSERT INTO %1$s OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(NULL::%1$s, h.content)).* FROM held AS h',
        plan.source
    ) USING last.chunk_id;
    GET DIAGNOSTICS returned = ROW_COUNT;
    UPDATE ops.deferred_chunk AS c SET is_undone = true WHERE c.chunk_id = last.chunk_id;
    PERFORM ops.fail_at('before-commit');
    moved := part.moved + returned;
    RETURN NEXT;
END
$$;

-- ops.redirect_readers(from_relation, to_relation): makes the views, and the functions, that read one relation read
-- another with the same columns instead: a view over both layouts while rows are moved, and the table again when they are.
-- Functions that read are those of report_v1, and the helpers in rt_log that are not volatile. What writes goes on writing to the table. Names schema-qualified, without quotes.
-- Returns what was changed. Plan: the catalog.
CREATE FUNCTION ops.redirect_readers(from_relation text, to_relation text) RETURNS SETOF text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- Where a quote stands before it, the name is meant, not what is in it.
    pattern text := '(?<!'')\m' || replace(from_relation, '.', '\.') || '\M';
    reader record;
BEGIN
    FOR reader IN
        SELECT n.nspname || '.' || c.relname AS name, pg_get_viewdef(c.oid) AS definition
        FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind = 'v' AND n.nspname IN ('rt_log', 'report_v1')
            AND n.nspname || '.' || c.relname <> to_relation AND pg_get_viewdef(c.oid) ~ pattern
        ORDER BY 1
    LOOP
        -- The server writes an alias after one blank; columns of a relation without one are qualified by its name.
        EXECUTE format(
            'CREATE OR REPLACE VIEW %s AS %s', reader.name,
            regexp_replace(
                regexp_replace(reader.definition, pattern || '(?! [a-z_"])', to_relation || ' ' || split_part(from_relation, '.', 2), 'g'),
                pattern, to_relation, 'g'
            )
        );
        RETURN NEXT reader.name;
    END LOOP;
    FOR reader IN
        SELECT p.oid::regprocedure::text AS name, pg_get_functiondef(p.oid) AS definition
        FROM pg_proc AS p
        WHERE (p.pronamespace = 'report_v1'::regnamespace OR p.pronamespace = 'rt_log'::regnamespace AND p.provolatile <> 'v')
            AND p.prosrc ~ pattern
        ORDER BY 1
    LOOP
        EXECUTE regexp_replace(reader.definition, pattern, to_relation, 'g');
        RETURN NEXT reader.name;
    END LOOP;
END
$$;
