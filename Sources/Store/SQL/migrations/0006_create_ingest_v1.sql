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
                host_id, size, delay_ms, status, attempt, kind, reply_code, stage, bounce_class, message_id,
                recipient_local, sender_local, remote_address, reply
            ) ON pg_temp.event_batch TO %I',
            session_user
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

-- ingest_v1.files(source): the files of a source that can still matter, newest first, at most 200.
CREATE FUNCTION ingest_v1.files(source_id integer) RETURNS TABLE (
    file_id bigint,
    name text,
    "position" bigint,
    cursor text,
    parser_state bytea,
    head_length integer,
    head_hash bytea,
    tail_length integer,
    tail_hash bytea
)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT f.file_id, f.name, f.position, f.cursor, f.parser_state, f.head_length, f.head_hash, f.tail_length, f.tail_hash
    FROM ops.source_file AS f
    WHERE f.source_id = files.source_id
    ORDER BY f.file_id DESC
    LIMIT 200
$$;
COMMENT ON FUNCTION ingest_v1.files(integer) IS 'How far each file of a source is counted, and how to recognise it.';

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

-- rt_log.find_terms(kind, terms): the numbers of texts that have one, NULL for others, in the order given. A statement a
-- kind, so that none has to be planned at each call. Plan: one index look-up a text; a join would read the whole table for
-- a few hundred texts.
CREATE FUNCTION rt_log.find_terms(kind text, terms text[]) RETURNS integer[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    CASE kind
        WHEN 'domain' THEN
            RETURN (
                SELECT coalesce(array_agg((SELECT t.term_id FROM rt_log.domain AS t WHERE t.name = w.name) ORDER BY w.ordinality), '{}')
                FROM unnest(terms) WITH ORDINALITY AS w (name, ordinality)
            );
        WHEN 'binding' THEN
            RETURN (
                SELECT coalesce(array_agg((SELECT t.term_id FROM rt_log.binding AS t WHERE t.name = w.name) ORDER BY w.ordinality), '{}')
                FROM unnest(terms) WITH ORDINALITY AS w (name, ordinality)
            );
        WHEN 'host' THEN
            RETURN (
                SELECT coalesce(array_agg((SELECT t.term_id FROM rt_log.host AS t WHERE t.name = w.name) ORDER BY w.ordinality), '{}')
                FROM unnest(terms) WITH ORDINALITY AS w (name, ordinality)
            );
        ELSE
            RAISE EXCEPTION 'there is no kind of term %', kind USING ERRCODE = 'invalid_parameter_value';
    END CASE;
END
$$;

-- ingest_v1.intern(kind, terms): the numbers of texts, in the order given. New texts get numbers until the kind is full;
-- after that, or longer than 255 characters, they are 1, other. Call it outside the batch's transaction, so that the
-- numbers outlive a rollback of it; several kinds in the order domain, binding, host. Sorted, so that two callers cannot
-- deadlock. Plan: that of find_terms.
CREATE FUNCTION ingest_v1.intern(kind text, terms text[]) RETURNS integer[]
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found integer[] := rt_log.find_terms(kind, terms);
    room bigint;
    missing text[];
    added bigint;
BEGIN
    IF array_position(found, NULL) IS NULL THEN
        RETURN found;
    END IF;
    SELECT array_agg(DISTINCT w.name ORDER BY w.name) INTO missing
    FROM unnest(terms, found) AS w (name, term_id)
    WHERE w.term_id IS NULL AND length(w.name) <= 255;
    IF missing IS NOT NULL THEN
        EXECUTE format('SELECT coalesce(max(t.term_id), 1) FROM rt_log.%I AS t', kind) INTO room;
        SELECT l.max_terms - room INTO STRICT room FROM ops.term_limit AS l WHERE l.kind = intern.kind;
        IF room > 0 THEN
            EXECUTE format(
                'INSERT INTO rt_log.%I (name) SELECT m.name FROM unnest($1) AS m (name) ORDER BY m.name
                 ON CONFLICT (name) DO NOTHING',
                kind
            ) USING missing[:room];
            GET DIAGNOSTICS added = ROW_COUNT;
            IF kind = 'domain' AND added > 0 THEN
                PERFORM rt_log.fill_minute_tier(missing);
            END IF;
            found := rt_log.find_terms(kind, terms);
        END IF;
    END IF;
    IF array_position(found, NULL) IS NOT NULL THEN
        UPDATE ops.term_limit AS l
        SET refused = l.refused + (SELECT count(*) FROM unnest(found) AS f (term_id) WHERE f.term_id IS NULL)
        WHERE l.kind = intern.kind;
        found := array_replace(found, NULL, 1);
    END IF;
    RETURN found;
END
$$;
COMMENT ON FUNCTION ingest_v1.intern(text, text[]) IS 'The numbers of texts; new texts get one until their kind is full.';

-- rt_log.fill_minute_tier(names): while the tier has room, domains that were just seen for the first time join it from
-- the beginning of time, so that a site with few domains never sees "other". Takes the lock of the tier only while there
-- is room.
CREATE FUNCTION rt_log.fill_minute_tier(names text[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    room bigint;
BEGIN
    SELECT 200 - count(*) INTO room FROM rt_log.domain_tier AS t WHERE t.tier = 'minute' AND t.valid_to = 'infinity' AND NOT t.is_watched;
    IF room <= 0 THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('rt_log.domain_tier', 0));
    SELECT 200 - count(*) INTO room FROM rt_log.domain_tier AS t WHERE t.tier = 'minute' AND t.valid_to = 'infinity' AND NOT t.is_watched;
    INSERT INTO rt_log.domain_tier (domain_id, tier, valid_from)
    SELECT d.term_id, 'minute', '-infinity'
    FROM rt_log.domain AS d
    WHERE d.name = ANY (names) AND d.term_id > 1 AND d.first_seen_at = now()
        AND NOT EXISTS (SELECT FROM rt_log.domain_tier AS t WHERE t.domain_id = d.term_id AND t.tier = 'minute')
    ORDER BY d.term_id
    LIMIT greatest(room, 0)
    ON CONFLICT DO NOTHING;
END
$$;

-- ingest_v1.commit_batch(...): counts what stands in pg_temp.event_batch, if the file stands at from_position.
-- Moves the position, stores the events, derives the delta, keeps the lines that could not be read: all in the caller's
-- transaction. Returns 'committed'; 'conflict' if the file stands elsewhere or another collector has the source; or
-- 'refused: why' while no events are taken. The caller rolls back unless it is 'committed'.
-- Events older than every cube are read, and neither counted nor kept. Times that cannot be are refused: the collector
-- knows the database's clock (open_source) and sends such lines as unread.
-- Plan: update by primary key; one pass over the batch for its count and span, one for the delta, one for the events.
CREATE FUNCTION ingest_v1.commit_batch(
    source_id integer,
    epoch bigint,
    file_id bigint,
    from_position bigint,
    to_position bigint,
    cursor text,
    parser_state bytea,
    head_length integer,
    head_hash bytea,
    tail_length integer,
    tail_hash bytea,
    read_up_to timestamptz,
    lines bigint,
    unread_positions bigint[],
    unread_reasons text[],
    unread_lines bytea[]
) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    the_node smallint;
    gate ops.ingest_gate;
    day timestamptz;
    counted bigint;
    foreign_rows bigint;
    oldest timestamptz;
    newest timestamptz;
    raw_horizon timestamptz := rt_log.horizon('event');
    cube_horizon timestamptz := rt_log.horizon('traffic_by_day');
BEGIN
    SELECT g.* INTO STRICT gate FROM ops.ingest_gate AS g;
    IF NOT gate.is_open THEN
        RETURN 'refused: ' || gate.reason;
    END IF;
    SELECT s.node_id INTO the_node FROM ops.source AS s
    WHERE s.source_id = commit_batch.source_id AND s.epoch = commit_batch.epoch FOR KEY SHARE;
    IF NOT FOUND THEN
        RETURN 'conflict';
    END IF;

    SELECT count(*), min(e.occurred_at), max(e.occurred_at), count(*) FILTER (WHERE e.file_id <> commit_batch.file_id OR e.node_id <> the_node)
    INTO counted, oldest, newest, foreign_rows
    FROM pg_temp.event_batch AS e;
    IF foreign_rows > 0 THEN
        RAISE EXCEPTION '% events of the batch are of another file or node', foreign_rows USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF to_position < from_position OR to_position = from_position AND counted + cardinality(unread_positions) > 0 THEN
        RAISE EXCEPTION 'a batch from % to % would be counted again and again', from_position, to_position
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF oldest < '1990-01-01 00:00:00+00' OR newest > now() + interval '2 days' THEN
        RAISE EXCEPTION 'events of % to % cannot be; the collector has to send such lines as unread', oldest, newest
            USING ERRCODE = 'datetime_field_overflow';
    END IF;
    UPDATE ops.source_file AS f
    SET position = to_position,
        cursor = commit_batch.cursor,
        parser_state = commit_batch.parser_state,
        head_length = commit_batch.head_length,
        head_hash = commit_batch.head_hash,
        tail_length = commit_batch.tail_length,
        tail_hash = commit_batch.tail_hash,
        lines = f.lines + commit_batch.lines,
        events = f.events + counted,
        quarantined = f.quarantined + cardinality(unread_positions),
        read_up_to = greatest(f.read_up_to, commit_batch.read_up_to),
        updated_at = now()
    WHERE f.file_id = commit_batch.file_id AND f.source_id = commit_batch.source_id AND f.position = from_position;
    IF NOT FOUND THEN
        RETURN 'conflict';
    END IF;

    INSERT INTO rt_log.traffic_delta (
        bucket, node_id, binding_id, domain_id,
        receptions, deliveries, deliveries_later, transient_failures, transient_failures_later,
        permanent_failures, out_of_band_bounces, expirations, rejections_5xx, rejections_4xx,
        discards, administrative_failures, feedback_reports,
        deliveries_timed, delivery_ms_max, bytes_in, bytes_out, delivery_ms_sum
    )
    SELECT
        p.bucket, the_node, p.binding_id, p.domain_id,
        coalesce(sum(p.events) FILTER (WHERE p.kind = 1), 0),
        coalesce(sum(p.events) FILTER (WHERE p.kind = 2), 0),
        coalesce(sum(p.events) FILTER (WHERE p.kind = 2 AND p.is_later), 0),
        coalesce(sum(p.events) FILTER (WHERE p.kind = 3), 0),
        coalesce(sum(p.events) FILTER (WHERE p.kind = 3 AND p.is_later), 0),
        coalesce(sum(p.events) FILTER (WHERE p.kind = 4), 0),
        coalesce(sum(p.events) FILTER (WHERE p.kind = 5), 0),
        coalesce(sum(p.events) FILTER (WHERE p.kind = 6), 0),
        coalesce(sum(p.events) FILTER (WHERE p.is_5xx), 0),
        coalesce(sum(p.events) FILTER (WHERE NOT p.is_5xx), 0),
        coalesce(sum(p.events) FILTER (WHERE p.kind = 8), 0),
        coalesce(sum(p.events) FILTER (WHERE p.kind = 9), 0),
        coalesce(sum(p.events) FILTER (WHERE p.kind = 10), 0),
        coalesce(sum(p.timed) FILTER (WHERE p.kind = 2), 0),
        coalesce(max(p.delay_max) FILTER (WHERE p.kind = 2), 0),
        coalesce(sum(p.bytes) FILTER (WHERE p.kind = 1), 0),
        coalesce(sum(p.bytes) FILTER (WHERE p.kind = 2), 0),
        coalesce(sum(p.delay_sum) FILTER (WHERE p.kind = 2), 0)
    FROM (
        -- What is told apart is grouped first, with few aggregates an event; the many measures are picked from the groups.
        SELECT
            date_bin('1 minute', e.occurred_at, timestamptz '2000-01-01 00:00:00+00') AS bucket,
            e.binding_id,
            CASE WHEN e.domain_id = 0 THEN 0 ELSE coalesce(t.domain_id, 1) END AS domain_id,
            e.kind,
            e.attempt > 1 AS is_later,
            CASE WHEN e.kind = 7 THEN coalesce(e.reply_code, e.status / 10000, 500) >= 500 END AS is_5xx,
            count(*)::integer AS events,
            count(e.delay_ms)::integer AS timed,
            max(e.delay_ms) AS delay_max,
            sum(e.delay_ms) AS delay_sum,
            sum(e.size) AS bytes
        FROM pg_temp.event_batch AS e
        LEFT JOIN rt_log.domain_tier AS t
            ON t.domain_id = e.domain_id AND t.tier = 'minute'
            AND e.occurred_at >= t.valid_from AND e.occurred_at < t.valid_to
        WHERE e.kind <> 11 AND e.occurred_at >= cube_horizon
        GROUP BY 1, 2, 3, 4, 5, 6
    ) AS p
    GROUP BY p.bucket, p.binding_id, p.domain_id;

    -- Mostly all events are of one day.
    IF newest >= raw_horizon THEN
        PERFORM ops.ensure_partition('event', newest);
        IF greatest(oldest, raw_horizon) < date_bin('1 day', newest, timestamptz '2000-01-01 00:00:00+00') THEN
            FOR day IN
                SELECT DISTINCT date_bin('1 day', e.occurred_at, timestamptz '2000-01-01 00:00:00+00')
                FROM pg_temp.event_batch AS e
                WHERE e.occurred_at >= raw_horizon
            LOOP
                PERFORM ops.ensure_partition('event', day);
            END LOOP;
        END IF;
    END IF;

    -- Whole rows: naming the columns would cost a quarter more.
    INSERT INTO rt_log.event
    SELECT e.*
    FROM pg_temp.event_batch AS e
    WHERE e.occurred_at >= raw_horizon;

    IF cardinality(unread_positions) > 0 THEN
        PERFORM ops.ensure_partition('quarantine', now());
        INSERT INTO rt_log.quarantine (source_id, file_id, position, reason, line)
        SELECT commit_batch.source_id, commit_batch.file_id, u.position, u.reason, u.line
        FROM unnest(unread_positions, unread_reasons, unread_lines) AS u (position, reason, line);
    END IF;
    RETURN 'committed';
END
$$;
COMMENT ON FUNCTION ingest_v1.commit_batch(
    integer, bigint, bigint, bigint, bigint, text, bytea, integer, bytea, integer, bytea, timestamptz, bigint, bigint[], text[], bytea[]
) IS 'Counts the batch in pg_temp.event_batch exactly once: only if the file stands at from_position.';

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
