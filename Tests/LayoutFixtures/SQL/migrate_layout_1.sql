-- From layout 1 to today's: the immediate phase. Makes what the new layout needs, shows both layouts to every reader, and
-- leaves the rows to the deferred phase. Times of the old statistics are minutes; each row of them is held as it is, in
-- numbers, until there is no way back; then it goes into the delta, which the manager folds.
INSERT INTO rt_log.domain (name)
SELECT DISTINCT s.domain FROM layout_1.statistics AS s WHERE s.domain <> ''
UNION
SELECT DISTINCT split_part(e.recipient, '@', 2) FROM layout_1.event AS e WHERE e.recipient LIKE '%@_%'
ON CONFLICT DO NOTHING;
INSERT INTO rt_log.binding (name)
SELECT DISTINCT s.binding FROM layout_1.statistics AS s WHERE s.binding <> E'\t'
ON CONFLICT DO NOTHING;
INSERT INTO ops.node (node_id, name)
SELECT (SELECT coalesce(max(o.node_id), 0) FROM ops.node AS o) + row_number() OVER (ORDER BY n.node), n.node
FROM (SELECT DISTINCT s.node FROM layout_1.statistics AS s) AS n
ON CONFLICT DO NOTHING;
-- Layout 1 named the domains that today's tier would name.
INSERT INTO rt_log.domain_tier (domain_id, tier, valid_from, valid_to)
SELECT d.term_id, 'minute', '1990-01-01 00:00:00+00', now()
FROM rt_log.domain AS d
WHERE d.name ~ '^d[0-9]+\.example$'
ON CONFLICT DO NOTHING;

CREATE TABLE layout_1.kind (kind smallint NOT NULL, name text NOT NULL, CONSTRAINT kind_pkey PRIMARY KEY (kind));
INSERT INTO layout_1.kind (kind, name) VALUES
    (1, 'reception'), (2, 'delivery'), (3, 'transient failure'), (4, 'permanent failure'), (11, 'transfer');

-- The statistics in numbers, a row each.
CREATE TABLE layout_1.traffic (LIKE rt_log.traffic_delta INCLUDING DEFAULTS);
CREATE INDEX traffic_bucket_idx ON layout_1.traffic (bucket);

INSERT INTO ops.deferred_migration (name, summary, completion) VALUES (
    'layout 1', 'events and statistics of the first release into partitions and cubes',
    ARRAY[
        $redirect$ SELECT ops.redirect_readers('layout_1.all_events', 'rt_log.event') $redirect$,
        -- One at a time: a reader of both that has one and waits for the other would keep this from ever getting both.
        $redirect$ SELECT ops.redirect_readers('layout_1.all_traffic', 'rt_log.traffic_delta') $redirect$,
        'DROP SCHEMA layout_1 CASCADE'
    ]
);
INSERT INTO ops.deferred_step (
    migration, step, source, source_key, target, target_key, target_columns, target_condition, partitions, prepare, misfit, up, down
) VALUES (
    'layout 1', 1, 'layout_1.event', 'occurred_at', 'rt_log.event', 'occurred_at',
    'occurred_at, message_hash, recipient_hash, sender_hash, file_id, domain_id, sender_domain_id, binding_id, host_id, size, '
        'delay_ms, status, attempt, node_id, kind, reply_code, message_id, recipient_local, sender_local, remote_address, reply',
    'n.file_id < 0', 'event',
    $prepare$
        WITH domains AS (
            INSERT INTO rt_log.domain (name)
            SELECT split_part(o.sender, '@', 2) FROM {rows} AS o WHERE o.sender LIKE '%@_%' GROUP BY 1
            EXCEPT SELECT d.name FROM rt_log.domain AS d
            ON CONFLICT DO NOTHING
        )
        INSERT INTO rt_log.host (name)
        SELECT o.remote_host FROM {rows} AS o WHERE o.remote_host <> '' GROUP BY 1
        EXCEPT SELECT h.name FROM rt_log.host AS h
        ON CONFLICT DO NOTHING
    $prepare$,
    $misfit$
        CASE
            WHEN NOT o.recipient LIKE '_%@_%' THEN 'not an address: ' || o.recipient
            WHEN NOT isfinite(o.occurred_at) THEN 'not a time: ' || o.occurred_at
            WHEN o.kind NOT IN ('reception', 'delivery', 'transient failure', 'permanent failure', 'transfer') THEN 'not a kind: ' || o.kind
        END
    $misfit$,
    $up$
        SELECT
            o.occurred_at, o.message_hash, o.recipient_hash, o.sender_hash, -o.event_id, d.term_id, sd.term_id, b.term_id, h.term_id,
            o.size, o.delay_ms,
            (split_part(o.status, '.', 1)::integer * 1000000 + split_part(o.status, '.', 2)::integer * 1000 + split_part(o.status, '.', 3)::integer),
            o.attempt, n.node_id, k.kind, o.reply_code, o.message_id, split_part(o.recipient, '@', 1), split_part(o.sender, '@', 1),
            o.remote_address, o.reply
        FROM {rows} AS o
        JOIN rt_log.domain AS d ON d.name = split_part(o.recipient, '@', 2)
        JOIN rt_log.domain AS sd ON sd.name = split_part(o.sender, '@', 2)
        JOIN rt_log.binding AS b ON b.name = CASE WHEN o.binding = E'\t' THEN '' ELSE o.binding END
        JOIN rt_log.host AS h ON h.name = o.remote_host
        JOIN ops.node AS n ON n.name = o.node
        JOIN layout_1.kind AS k ON k.name = o.kind
    $up$,
    $down$
        SELECT
            -n.file_id AS event_id, n.occurred_at, m.name AS node, k.name AS kind, n.message_id,
            n.recipient_local || '@' || d.name AS recipient, n.sender_local || CASE WHEN sd.name = '' THEN '' ELSE '@' || sd.name END AS sender,
            CASE WHEN b.name = '' THEN E'\t' ELSE b.name END AS binding, h.name AS remote_host, n.remote_address,
            n.message_hash, n.recipient_hash, n.sender_hash, n.size, n.delay_ms,
            n.status / 1000000 || '.' || n.status / 1000 % 1000 || '.' || n.status % 1000 AS status,
            n.attempt, n.reply_code, n.reply
        FROM {rows} AS n
        JOIN rt_log.domain AS d ON d.term_id = n.domain_id
        JOIN rt_log.domain AS sd ON sd.term_id = n.sender_domain_id
        JOIN rt_log.binding AS b ON b.term_id = n.binding_id
        JOIN rt_log.host AS h ON h.term_id = n.host_id
        JOIN ops.node AS m ON m.node_id = n.node_id
        JOIN layout_1.kind AS k ON k.kind = n.kind
    $down$
), (
    'layout 1', 2, 'layout_1.statistics', 'minute', 'layout_1.traffic', 'bucket',
    'bucket, node_id, binding_id, domain_id, receptions, deliveries, deliveries_later, transient_failures, permanent_failures, '
        'deliveries_timed, delivery_ms_max, bytes_in, bytes_out, delivery_ms_sum',
    'true', NULL, '', 'NULL',
    $up$
        SELECT
            o.minute, n.node_id, b.term_id, d.term_id, o.receptions, o.deliveries, o.deliveries_later, o.transient_failures,
            o.permanent_failures, o.deliveries_timed, o.delivery_ms_max, o.bytes_in, o.bytes_out, o.delivery_ms_sum
        FROM {rows} AS o
        JOIN ops.node AS n ON n.name = o.node
        JOIN rt_log.binding AS b ON b.name = CASE WHEN o.binding = E'\t' THEN '' ELSE o.binding END
        JOIN rt_log.domain AS d ON d.name = o.domain
    $up$,
    $down$
        SELECT
            n.bucket AS minute, m.name AS node, CASE WHEN b.name = '' THEN E'\t' ELSE b.name END AS binding, d.name AS domain,
            n.receptions, n.deliveries, n.deliveries_later, n.transient_failures, n.permanent_failures, n.deliveries_timed,
            n.delivery_ms_max, n.bytes_in, n.bytes_out, n.delivery_ms_sum
        FROM {rows} AS n
        JOIN ops.node AS m ON m.node_id = n.node_id
        JOIN rt_log.binding AS b ON b.term_id = n.binding_id
        JOIN rt_log.domain AS d ON d.term_id = n.domain_id
    $down$
);
INSERT INTO ops.deferred_step (migration, step, source, source_key, target, target_key, target_columns, up, down, hold)
SELECT
    'layout 1', 3, 'layout_1.traffic', 'bucket', 'rt_log.traffic_delta', 'bucket',
    'bucket, node_id, binding_id, domain_id, ' || rt_log.measures('%I', '%I'),
    format(
        'SELECT o.bucket, o.node_id, o.binding_id, CASE WHEN o.domain_id = 0 THEN 0 ELSE coalesce(t.domain_id, 1) END, %s
         FROM {rows} AS o
         LEFT JOIN rt_log.domain_tier AS t
            ON t.domain_id = o.domain_id AND t.tier = ''minute'' AND o.bucket >= t.valid_from AND o.bucket < t.valid_to',
        rt_log.measures('o.%I', 'o.%I')
    ),
    NULL,
    'SELECT ''minutes are still being folded'' FROM (SELECT FROM rt_log.traffic_delta LIMIT 100000) AS d HAVING count(*) = 100000';

-- Both layouts as one, for whoever reads.
DO $$
DECLARE
    step ops.deferred_step;
BEGIN
    SELECT s.* INTO STRICT step FROM ops.deferred_step AS s WHERE s.migration = 'layout 1' AND s.step = 1;
    -- An address or kind that cannot be moved is no part of it, nor was it of layout 1's reports.
    EXECUTE format(
        'CREATE VIEW layout_1.all_events AS
         SELECT %1$s FROM rt_log.event
         UNION ALL
         SELECT %2$s FROM (SELECT * FROM (%3$s) AS u (%4$s)) AS m',
        ops.columns('rt_log.event'),
        (
            SELECT string_agg(
                CASE WHEN a.attname = ANY (string_to_array(step.target_columns, ', ')) THEN 'm.' || a.attname
                    WHEN a.attname = 'reason_id' THEN '0' ELSE format('NULL::%s', format_type(a.atttypid, a.atttypmod)) END,
                ', ' ORDER BY a.attnum
            )
            FROM pg_attribute AS a
            WHERE a.attrelid = 'rt_log.event'::regclass AND a.attnum > 0 AND NOT a.attisdropped
        ),
        -- Numbers of senders' domains and of hosts may still be missing: no report tells events apart by them.
        replace(replace(replace(replace(step.up, '{rows}', format('(SELECT * FROM layout_1.event AS o WHERE (%s) IS NULL)', step.misfit)),
            'JOIN rt_log.domain AS sd', 'LEFT JOIN rt_log.domain AS sd'), 'JOIN rt_log.host AS h', 'LEFT JOIN rt_log.host AS h'),
            'sd.term_id, b.term_id, h.term_id', 'coalesce(sd.term_id, 1), b.term_id, coalesce(h.term_id, 1)'),
        step.target_columns
    );
    SELECT s.* INTO STRICT step FROM ops.deferred_step AS s WHERE s.migration = 'layout 1' AND s.step = 2;
    EXECUTE format(
        'CREATE VIEW layout_1.all_traffic AS
         SELECT bucket, node_id, binding_id, domain_id, %1$s FROM rt_log.traffic_delta
         UNION ALL
         SELECT o.bucket, o.node_id, o.binding_id, CASE WHEN o.domain_id = 0 THEN 0 ELSE coalesce(t.domain_id, 1) END, %2$s
         FROM (
            SELECT bucket, node_id, binding_id, domain_id, %1$s FROM layout_1.traffic
            UNION ALL
            SELECT bucket, node_id, binding_id, domain_id, %3$s FROM (%4$s) AS u (%5$s)
         ) AS o
         LEFT JOIN rt_log.domain_tier AS t
            ON t.domain_id = o.domain_id AND t.tier = ''minute'' AND o.bucket >= t.valid_from AND o.bucket < t.valid_to',
        rt_log.measures('%I', '%I'), rt_log.measures('o.%I', 'o.%I'),
        (
            SELECT string_agg(CASE WHEN a.attname = ANY (string_to_array(step.target_columns, ', ')) THEN a.attname ELSE '0' END, ', ' ORDER BY a.attnum)
            FROM pg_attribute AS a
            WHERE a.attrelid = 'rt_log.measure'::regclass AND a.attnum > 0 AND NOT a.attisdropped
        ),
        replace(step.up, '{rows}', 'layout_1.statistics'), step.target_columns
    );
END
$$;
SELECT ops.redirect_readers('rt_log.event', 'layout_1.all_events');
SELECT ops.redirect_readers('rt_log.traffic_delta', 'layout_1.all_traffic');
