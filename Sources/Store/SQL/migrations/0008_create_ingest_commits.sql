-- The contract with collectors: the one statement that counts events.

-- rt_log.store_late_facts(...): writes the facts of the batch's events between two times to rt_log.late_fact.
-- Events before raw_horizon are not stored elsewhere. Plan: one pass over the batch.
CREATE FUNCTION rt_log.store_late_facts(the_node smallint, oldest timestamptz, raw_horizon timestamptz, closed timestamptz) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO rt_log.late_fact (
        bucket, node_id, binding_id, domain_id, reason_id, kind, bounce_class, slot, is_later, is_5xx, is_stored,
        events, delay_max, delay_sum, sized, bytes, size_min, size_max
    )
    SELECT
        date_bin('1 minute', e.occurred_at, timestamptz '2000-01-01 00:00:00+00'), the_node, e.binding_id, e.domain_id, e.reason_id,
        e.kind, coalesce(e.bounce_class, 0),
        CASE WHEN e.kind = 2 AND e.delay_ms IS NOT NULL THEN rt_log.delivery_slot(e.delay_ms) ELSE 0 END,
        coalesce(e.attempt > 1, false),
        e.kind = 7 AND coalesce(e.reply_code, e.status / 10000, 500) >= 500,
        e.occurred_at >= raw_horizon,
        count(*), max(e.delay_ms), sum(e.delay_ms), count(e.size), sum(e.size), min(e.size), max(e.size)
    FROM pg_temp.event_batch AS e
    WHERE e.kind <> 11 AND e.occurred_at >= oldest AND e.occurred_at < closed
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11;
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
    unread_lines bytea[],
    content_hash bigint DEFAULT NULL,
    mark_positions bigint[] DEFAULT '{}',
    mark_hashes bigint[] DEFAULT '{}'
) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    the_node smallint;
    gate ops.ingest_gate;
    refusal text;
    day timestamptz;
    all_rows bigint;
    counted bigint;
    foreign_rows bigint;
    oldest timestamptz;
    newest timestamptz;
    raw_horizon timestamptz := rt_log.horizon('event');
    cube_horizon timestamptz := rt_log.horizon('traffic_by_day');
    closed timestamptz;
BEGIN
    -- Under an older snapshot it would not see which minutes are closed.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'a batch is committed in a READ COMMITTED transaction' USING ERRCODE = 'invalid_transaction_state';
    END IF;
    SELECT g.* INTO STRICT gate FROM ops.ingest_gate AS g;
    IF NOT gate.is_open THEN
        RETURN 'refused: ' || gate.reason;
    END IF;
    refusal := ops.designation_refusal();
    IF refusal <> '' THEN
        RETURN 'refused: ' || refusal;
    END IF;
    SELECT s.node_id INTO the_node FROM ops.source AS s
    WHERE s.source_id = commit_batch.source_id AND s.epoch = commit_batch.epoch FOR KEY SHARE;
    IF NOT FOUND THEN
        RETURN 'conflict';
    END IF;

    SELECT
        count(*), count(*) FILTER (WHERE e.kind <> 12), min(e.occurred_at), max(e.occurred_at),
        count(*) FILTER (WHERE e.file_id <> commit_batch.file_id OR e.node_id <> the_node)
    INTO all_rows, counted, oldest, newest, foreign_rows
    FROM pg_temp.event_batch AS e;
    IF foreign_rows > 0 THEN
        RAISE EXCEPTION '% events of the batch are of another file or node', foreign_rows USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF to_position < from_position OR to_position = from_position AND all_rows + cardinality(unread_positions) > 0 THEN
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
        content_hash = commit_batch.content_hash,
        lines = f.lines + commit_batch.lines,
        events = f.events + counted,
        quarantined = f.quarantined + cardinality(unread_positions),
        read_up_to = greatest(f.read_up_to, commit_batch.read_up_to),
        updated_at = now()
    WHERE f.file_id = commit_batch.file_id AND f.position = from_position
        AND (f.source_id = commit_batch.source_id OR ops.shares_files(f.source_id, commit_batch.source_id));
    IF NOT FOUND THEN
        RETURN 'conflict';
    END IF;
    IF cardinality(mark_positions) > 0 THEN
        INSERT INTO ops.file_mark (file_id, position, hash)
        SELECT commit_batch.file_id, m.position, m.hash
        FROM unnest(mark_positions, mark_hashes) AS m (position, hash)
        ON CONFLICT ON CONSTRAINT file_mark_pkey DO NOTHING;
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
        coalesce(sum(p.bytes) FILTER (WHERE p.kind IN (1, 12)), 0),
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

    -- The lock that this takes is what fold_events() waits for: what is not late must be visible to it.
    SELECT greatest(c.closed_to, raw_horizon) INTO STRICT closed FROM ops.closed_minute AS c;
    IF oldest < closed THEN
        PERFORM rt_log.store_late_facts(the_node, cube_horizon, raw_horizon, closed);
    END IF;

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
    integer, bigint, bigint, bigint, bigint, text, bytea, integer, bytea, integer, bytea, timestamptz, bigint, bigint[], text[], bytea[],
    bigint, bigint[], bigint[]
) IS 'Counts the batch in pg_temp.event_batch exactly once: only if the file stands at from_position.';
