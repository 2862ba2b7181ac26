-- Message trace: from a recipient, a sender, a message's id or a piece of a reply to the whole life of a message.

-- rt_log.trace_statement(...): the statement that finds what trace lists, by any of its criteria. Newest first by (occurred_at, message_hash, node_id).
--   by_recipient, by_sender   hashes of addresses (the key is report_v1.trace_key()); by_message the hash of a message's id
--   by_reply                  a piece of a reply, in whatever letters
-- One statement a set of criteria, so that each is planned for its index: the btrees of closed days, the bloom filters of the
-- open one. A piece of a reply alone reads the events of the period, newest hours first.
CREATE FUNCTION rt_log.trace_statement(by_recipient bigint, by_sender bigint, by_message bigint, by_reply text, only_node text)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
RETURN 'SELECT e.occurred_at, e.message_hash, e.node_id FROM rt_log.event AS e
        WHERE e.occurred_at >= $1 AND e.occurred_at < $2'
    || CASE WHEN by_recipient IS NULL THEN '' ELSE format(' AND e.recipient_hash = %L AND e.recipient_hash <> 0', by_recipient) END
    || CASE WHEN by_sender IS NULL THEN '' ELSE format(' AND e.sender_hash = %L AND e.sender_hash <> 0', by_sender) END
    || CASE WHEN by_message IS NULL THEN '' ELSE format(' AND e.message_hash = %L AND e.message_hash <> 0', by_message) END
    || CASE WHEN by_reply IS NULL THEN '' ELSE format(' AND e.reply ILIKE %L', '%' || replace(replace(replace(by_reply, '\', '\\'), '%', '\%'), '_', '\_') || '%') END
    || CASE WHEN only_node IS NULL THEN '' ELSE format(' AND e.node_id = (SELECT n.node_id FROM ops.node AS n WHERE n.name = %L)', only_node) END
    || ' ORDER BY e.occurred_at DESC, e.message_hash DESC, e.node_id DESC';

-- rt_log.message_span(hash, node, at): from when to when events of a message's id are of the message that had it at a time:
-- six days around, and no other reception between. Short queue ids of Postfix come again; receptions within ten
-- seconds are one, since some servers log one a recipient. Plan: one look-up by the id a day.
CREATE FUNCTION rt_log.message_span(hash bigint, node smallint, at timestamptz, OUT low timestamptz, OUT high timestamptz)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT
        coalesce(max(r.occurred_at) FILTER (WHERE r.begins AND r.occurred_at <= at), at - interval '6 days'),
        coalesce(min(r.occurred_at) FILTER (WHERE r.begins AND r.occurred_at > at), at + interval '6 days')
    FROM (
        SELECT
            e.occurred_at,
            coalesce(e.occurred_at > lag(e.occurred_at) OVER (ORDER BY e.occurred_at) + interval '10 seconds', true) AS begins
        FROM rt_log.event AS e
        WHERE e.message_hash = hash AND e.message_hash <> 0 AND e.node_id = node AND e.kind = 1
            AND e.occurred_at BETWEEN at - interval '6 days' AND at + interval '6 days'
    ) AS r
$$;

-- report_v1.trace_key(): the key of the hashes of addresses and ids: SipHash-1-3 of the address in lower case, of the id as it is.
CREATE FUNCTION report_v1.trace_key() RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
RETURN (SELECT k.content FROM ops.hash_key AS k);
COMMENT ON FUNCTION report_v1.trace_key() IS 'The key of the hashes that report_v1.trace takes. Who has it can try addresses.';

-- report_v1.trace(...): a page of the messages that match, newest first, each with all that happened to it.
--   period_from, period_to   half open; when what matches happened
--   by_…                     criteria, of which all must hold; at least one
--   only_node                a node's name; NULL: all
--   before_…                 where the page before ended: its last row's cursor; NULL: the first page
--   page_size                messages, 1 to 200
-- A message is one node's: its events have one id there, within its span (rt_log.message_span).
-- Events without an id (refused before there was a message) stand alone.
-- Plan: rt_log.trace_statement, read as far as the page needs; then one look-up by the id a message and day.
CREATE FUNCTION report_v1.trace(
    period_from timestamptz,
    period_to timestamptz,
    by_recipient bigint DEFAULT NULL,
    by_sender bigint DEFAULT NULL,
    by_message bigint DEFAULT NULL,
    by_reply text DEFAULT NULL,
    only_node text DEFAULT NULL,
    before_time timestamptz DEFAULT NULL,
    before_message bigint DEFAULT NULL,
    before_node smallint DEFAULT NULL,
    page_size integer DEFAULT 20
) RETURNS TABLE (
    message integer,
    cursor_time timestamptz,
    cursor_message bigint,
    cursor_node smallint,
    occurred_at timestamptz,
    node text,
    kind smallint,
    message_id text,
    recipient_local text,
    recipient_domain text,
    sender_local text,
    sender_domain text,
    binding_group text,
    binding text,
    remote_host text,
    remote_address text,
    size integer,
    delay_ms integer,
    reply_code smallint,
    status text,
    attempt smallint,
    stage smallint,
    bounce_class smallint,
    reason text,
    reply text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
SET enable_seqscan = off
AS $$
DECLARE
    found record;
    window_to timestamptz := period_to;
    window_from timestamptz;
    -- A piece of a reply is looked for in the newest part first; what has an index, in the whole period at once.
    width interval := CASE WHEN coalesce(by_recipient, by_sender, by_message) IS NULL THEN interval '15 minutes' END;
    statement text := rt_log.trace_statement(by_recipient, by_sender, by_message, by_reply, only_node);
    times timestamptz[] := '{}';
    hashes bigint[] := '{}';
    nodes smallint[] := '{}';
    lows timestamptz[] := '{}';
    highs timestamptz[] := '{}';
    low timestamptz;
    high timestamptz;
    last_key text;
    known boolean;
BEGIN
    IF coalesce(by_recipient::text, by_sender::text, by_message::text, by_reply, '') = '' THEN
        RAISE EXCEPTION 'a trace needs a recipient, a sender, a message or a piece of a reply'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    page_size := least(greatest(page_size, 1), 200);
    IF before_time IS NOT NULL THEN
        window_to := least(window_to, before_time + interval '1 microsecond');
    END IF;
    WHILE window_to > period_from AND cardinality(times) < page_size LOOP
        window_from := greatest(period_from, coalesce(window_to - width, period_from));
        FOR found IN EXECUTE statement USING window_from, window_to LOOP
            CONTINUE WHEN before_time IS NOT NULL
                AND (found.occurred_at, found.message_hash, found.node_id) >= (before_time, before_message, before_node);
            -- What has no id stands alone, and those of one instant are never parted by a page's end.
            EXIT WHEN cardinality(times) >= page_size
                AND (found.message_hash <> 0 OR last_key IS DISTINCT FROM concat_ws(' ', found.occurred_at, found.node_id));
            CONTINUE WHEN found.message_hash = 0 AND last_key = concat_ws(' ', found.occurred_at, found.node_id);
            IF found.message_hash <> 0 THEN
                -- The message stands on this page already, or stood on an earlier one.
                SELECT true INTO known
                FROM unnest(hashes, nodes, lows, highs) AS m (hash, node_id, low, high)
                WHERE m.hash = found.message_hash AND m.node_id = found.node_id
                    AND found.occurred_at >= m.low AND found.occurred_at < m.high;
                CONTINUE WHEN known;
                SELECT x.low, x.high INTO low, high
                FROM rt_log.message_span(found.message_hash, found.node_id, found.occurred_at) AS x;
                IF before_time IS NOT NULL THEN
                    EXECUTE 'SELECT EXISTS (SELECT FROM (' || statement || ') AS e
                             WHERE e.message_hash = $3 AND e.node_id = $4
                                AND (e.occurred_at, e.message_hash, e.node_id) >= ($5, $6, $7))'
                    INTO known
                    USING before_time, least(period_to, high), found.message_hash, found.node_id, before_time, before_message, before_node;
                    CONTINUE WHEN known;
                END IF;
            ELSE
                low := found.occurred_at;
                high := found.occurred_at;
            END IF;
            last_key := CASE WHEN found.message_hash = 0 THEN concat_ws(' ', found.occurred_at, found.node_id) END;
            times := times || found.occurred_at;
            hashes := hashes || found.message_hash;
            nodes := nodes || found.node_id;
            lows := lows || low;
            highs := highs || high;
        END LOOP;
        window_to := window_from;
        width := width * 4;
    END LOOP;
    RETURN QUERY
    SELECT
        m.number::integer, m.at, m.hash, m.node_id, e.occurred_at, n.name, e.kind, e.message_id,
        e.recipient_local, (SELECT d.name FROM rt_log.domain AS d WHERE d.term_id = e.domain_id),
        e.sender_local, (SELECT d.name FROM rt_log.domain AS d WHERE d.term_id = e.sender_domain_id),
        b.group_name, b.binding_name, (SELECT h.name FROM rt_log.host AS h WHERE h.term_id = e.host_id),
        host(e.remote_address), e.size, e.delay_ms, e.reply_code,
        CASE WHEN e.status IS NOT NULL THEN concat_ws('.', e.status / 1000000, e.status / 1000 % 1000, e.status % 1000) END,
        e.attempt, e.stage, e.bounce_class, (SELECT r.name FROM rt_log.reason AS r WHERE r.term_id = e.reason_id), e.reply
    FROM unnest(times, hashes, nodes, lows, highs) WITH ORDINALITY AS m (at, hash, node_id, low, high, number)
    CROSS JOIN LATERAL (
        SELECT i.*
        FROM rt_log.event AS i
        WHERE m.hash <> 0 AND i.message_hash = m.hash AND i.message_hash <> 0 AND i.node_id = m.node_id
            AND i.occurred_at >= m.low AND i.occurred_at < m.high
        UNION ALL
        SELECT i.*
        FROM rt_log.event AS i
        WHERE m.hash = 0 AND i.message_hash = 0 AND i.node_id = m.node_id AND i.occurred_at = m.at
            AND (by_recipient IS NULL OR i.recipient_hash = by_recipient)
            AND (by_sender IS NULL OR i.sender_hash = by_sender)
            AND (by_reply IS NULL OR position(lower(by_reply) IN lower(i.reply)) > 0)
    ) AS e
    JOIN ops.node AS n ON n.node_id = e.node_id
    JOIN rt_log.binding AS b ON b.term_id = e.binding_id
    ORDER BY m.number, e.occurred_at, e.kind <> 1, e.attempt;
END
$$;
COMMENT ON FUNCTION report_v1.trace(
    timestamptz, timestamptz, bigint, bigint, bigint, text, text, timestamptz, bigint, smallint, integer
) IS 'Messages that match, newest first, each with all that happened to it: one row an event. For the raw horizon.';

GRANT EXECUTE ON FUNCTION report_v1.trace_key(), report_v1.trace(
    timestamptz, timestamptz, bigint, bigint, bigint, text, text, timestamptz, bigint, smallint, integer
) TO mailmill_report, mailmill_console;

-- rt_log.trace_index: the btrees that a day of events gets when it is over, and what is missing. Made one at a time, CONCURRENTLY, by
-- the manager: a late event never waits for one. Rows without a hash are left out.
CREATE VIEW rt_log.trace_index AS
SELECT
    d.relation AS partition,
    d.relation || '_' || i.suffix AS name,
    format('(%s) WHERE %s <> 0', i.columns, i.hash) AS definition,
    coalesce(x.indisvalid, false) AS is_valid,
    x.indexrelid IS NOT NULL AS exists
FROM (
    SELECT c.relname::text AS relation
    FROM pg_inherits AS h
    JOIN pg_class AS c ON c.oid = h.inhrelid
    WHERE h.inhparent = 'rt_log.event'::regclass AND NOT h.inhdetachpending
        -- Over, and most late events are there.
        AND to_date(right(c.relname, 8), 'YYYYMMDD') < (now() - interval '2 hours') AT TIME ZONE 'UTC' - interval '1 day'
) AS d
CROSS JOIN (VALUES
    ('message_idx', 'message_hash', 'message_hash, occurred_at'),
    ('recipient_idx', 'recipient_hash', 'recipient_hash, occurred_at'),
    ('sender_idx', 'sender_hash', 'sender_hash, occurred_at')
) AS i (suffix, hash, columns)
LEFT JOIN pg_class AS k ON k.relname = d.relation || '_' || i.suffix AND k.relnamespace = 'rt_log'::regnamespace
LEFT JOIN pg_index AS x ON x.indexrelid = k.oid;
COMMENT ON VIEW rt_log.trace_index IS 'The btrees of closed days of events, and whether each is there.';
