-- The contract with collectors, version 1. Everything a collector may do is here, as functions that run with the owner's
-- rights; it can read and write no table but the one that open_source makes for its session.

-- ingest_v1.open_source(...): claims a source. Collectors that opened it before are refused from now on.
-- Makes the session's table pg_temp.event_batch (emptied at the end of each transaction) and grants INSERT on its columns,
-- save for the node, and nothing else: TEMP is revoked from everybody, since a caller's own temporary view would run with the owner's rights.
-- Returns the source's number, the epoch that commits must bring, when it was first opened, the key of the hashes, and
-- the database's clock, by which the collector judges what times can be.
CREATE FUNCTION ingest_v1.open_source(
    node text,
    name text,
    format text,
    is_sample boolean,
    OUT source_id integer,
    OUT epoch bigint,
    OUT first_opened_at timestamptz,
    OUT hash_key bytea,
    OUT server_time timestamptz
)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    the_node smallint;
BEGIN
    SELECT n.node_id INTO the_node FROM ops.node AS n WHERE n.name = node;
    IF NOT FOUND THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('ops.node', 0));
        INSERT INTO ops.node (node_id, name)
        SELECT coalesce(max(n.node_id), 0) + 1, node FROM ops.node AS n
        ON CONFLICT ON CONSTRAINT node_name_key DO NOTHING;
        SELECT n.node_id INTO STRICT the_node FROM ops.node AS n WHERE n.name = node;
    END IF;
    INSERT INTO ops.source AS s (node_id, name, format, is_sample, epoch, last_report_at)
    VALUES (the_node, open_source.name, open_source.format, open_source.is_sample, 1, now())
    ON CONFLICT ON CONSTRAINT source_key
    DO UPDATE SET epoch = s.epoch + 1, is_sample = excluded.is_sample, last_report_at = now()
    RETURNING s.source_id, s.epoch, s.first_opened_at INTO source_id, epoch, first_opened_at;
    SELECT k.content INTO STRICT hash_key FROM ops.hash_key AS k;
    server_time := clock_timestamp();
    IF to_regclass('pg_temp.event_batch') IS NULL THEN
        -- The columns of rt_log.event in the same order: rows then move there as they are, without being taken apart.
        CREATE TEMPORARY TABLE event_batch (
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
        ) ON COMMIT DELETE ROWS;
        EXECUTE format(
            'GRANT INSERT (
                occurred_at, message_hash, recipient_hash, sender_hash, file_id, domain_id, sender_domain_id, binding_id,
                host_id, reason_id, size, delay_ms, status, attempt, kind, reply_code, stage, bounce_class, message_id,
                recipient_local, sender_local, remote_address, reply
            ) ON pg_temp.event_batch TO %I',
            -- A login of TCP becomes its role when it connects; session_user stays the login.
            coalesce(nullif(current_setting('role'), 'none'), session_user)
        );
    END IF;
    -- The node is not the collector's to tell.
    EXECUTE format('ALTER TABLE pg_temp.event_batch ALTER COLUMN node_id SET DEFAULT %s', the_node);
END
$$;
COMMENT ON FUNCTION ingest_v1.open_source(text, text, text, boolean) IS
    'Claims a source for the session and makes pg_temp.event_batch for it.';

CREATE TABLE ops.hash_key (
    singleton boolean NOT NULL DEFAULT true,
    content bytea NOT NULL,
    CONSTRAINT hash_key_pkey PRIMARY KEY (singleton),
    CONSTRAINT hash_key_singleton_check CHECK (singleton),
    CONSTRAINT hash_key_content_check CHECK (length(content) = 16)
);
INSERT INTO ops.hash_key (content) VALUES (uuid_send(gen_random_uuid()));
COMMENT ON TABLE ops.hash_key IS 'One row: the key of the hashes that message trace looks for.';

-- ingest_v1.files(source, most): the files of a source, newest first, its own before those that it shares with an import (or
-- an import with what is followed). By default all of them: one that is left out would be counted again where its rotated copy
-- is still there. An hourly rotation over two years is 17 520 rows. Who has a file every few seconds asks for the newest, so
-- many of each, and looks up older ones (ingest_v1.look_up_file).
CREATE FUNCTION ingest_v1.files(source_id integer, most integer DEFAULT NULL) RETURNS TABLE (
    file_id bigint,
    name text,
    "position" bigint,
    cursor text,
    parser_state bytea,
    head_length integer,
    head_hash bytea,
    tail_length integer,
    tail_hash bytea,
    content_hash bigint,
    is_imported boolean
)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT
        f.file_id, f.name, f.position, f.cursor, f.parser_state, f.head_length, f.head_hash, f.tail_length, f.tail_hash,
        f.content_hash, s.is_import
    FROM ops.source AS s
    CROSS JOIN LATERAL (
        SELECT *
        FROM ops.source_file AS o
        WHERE o.source_id = s.source_id AND (s.source_id = files.source_id OR o.cursor = '')
        ORDER BY o.file_id DESC
        LIMIT files.most
    ) AS f
    WHERE s.source_id = files.source_id OR ops.shares_files(s.source_id, files.source_id)
    ORDER BY s.source_id = files.source_id DESC, f.file_id DESC
$$;
COMMENT ON FUNCTION ingest_v1.files(integer, integer) IS
    'How far each file of a source is counted, and how to recognise it.';

-- ingest_v1.register_file(...): makes a file known; it stands at position 0. Returns its number.
CREATE FUNCTION ingest_v1.register_file(
    source_id integer,
    epoch bigint,
    name text,
    head_length integer,
    head_hash bytea,
    tail_length integer,
    tail_hash bytea
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    the_file bigint;
BEGIN
    PERFORM FROM ops.source AS s
    WHERE s.source_id = register_file.source_id AND s.epoch = register_file.epoch FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'source % was opened by another collector', source_id USING ERRCODE = 'MM001';
    END IF;
    INSERT INTO ops.source_file (source_id, name, head_length, head_hash, tail_length, tail_hash)
    VALUES (
        register_file.source_id, register_file.name, register_file.head_length, register_file.head_hash,
        register_file.tail_length, register_file.tail_hash
    )
    RETURNING file_id INTO the_file;
    RETURN the_file;
END
$$;
COMMENT ON FUNCTION ingest_v1.register_file(integer, bigint, text, integer, bytea, integer, bytea) IS
    'Makes a file of a source known.';

-- ingest_v1.report_source(...): a heartbeat. Cheap, and never refused. Nothing is read up to a time that is still to come.
CREATE FUNCTION ingest_v1.report_source(
    source_id integer,
    epoch bigint,
    read_up_to timestamptz,
    lag_bytes bigint,
    last_error text
) RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    UPDATE ops.source AS s
    SET last_report_at = now(),
        read_up_to = greatest(s.read_up_to, least(report_source.read_up_to, now())),
        lag_bytes = report_source.lag_bytes,
        last_error = report_source.last_error,
        last_error_at = CASE
            WHEN report_source.last_error IS NULL THEN NULL
            WHEN s.last_error IS NOT DISTINCT FROM report_source.last_error THEN s.last_error_at
            ELSE now()
        END
    WHERE s.source_id = report_source.source_id AND s.epoch = report_source.epoch
$$;
COMMENT ON FUNCTION ingest_v1.report_source(integer, bigint, timestamptz, bigint, text) IS 'How a source is doing.';
