-- What the event-fed cubes are summed from: each event as a fact with its exact keys; and the facts of events that came late.
--
-- fold_events() counts the events of closed minutes once, by their time: those before ops.fold_mark.folded_to are in the
-- cubes. A commit whose events are older than ops.closed_minute, or older than the events that are kept, leaves their facts
-- in rt_log.late_fact. Readers sum: cubes, late facts of before folded_to, events since folded_to.

CREATE TABLE ops.fold_mark (
    singleton boolean NOT NULL DEFAULT true,
    folded_to timestamptz NOT NULL,
    CONSTRAINT fold_mark_pkey PRIMARY KEY (singleton),
    CONSTRAINT fold_mark_singleton_check CHECK (singleton)
);
INSERT INTO ops.fold_mark (folded_to) VALUES (rt_log.horizon('event'));
COMMENT ON TABLE ops.fold_mark IS 'One row: up to where events are folded into the event-fed cubes.';
COMMENT ON COLUMN ops.fold_mark.folded_to IS 'A whole minute. Kept events before it are in the cubes, or in rt_log.late_fact.';

-- Apart from the mark: fold_events() waits for all that hold a lock on this table, which must be commits only, not readers.
CREATE TABLE ops.closed_minute (
    singleton boolean NOT NULL DEFAULT true,
    closed_to timestamptz NOT NULL,
    CONSTRAINT closed_minute_pkey PRIMARY KEY (singleton),
    CONSTRAINT closed_minute_singleton_check CHECK (singleton)
);
INSERT INTO ops.closed_minute (closed_to) SELECT m.folded_to FROM ops.fold_mark AS m;
COMMENT ON TABLE ops.closed_minute IS 'One row: commits write facts of events before closed_to to rt_log.late_fact. Never before fold_mark.folded_to.';

-- rt_log.delivery_slot(delay_ms): the bucket of the histogram of delivery times, 1 to 17: up to 5 s, 30 s, 1, 2, 5, 10 and 30
-- minutes, 1, 2, 3, 4, 5, 6, 8, 10 and 12 hours, and more.
CREATE FUNCTION rt_log.delivery_slot(delay_ms integer) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (width_bucket(delay_ms, '{5001,30001,60001,120001,300001,600001,1800001,3600001,7200001,10800001,14400001,18000001,21600001,28800001,36000001,43200001}'::integer[]) + 1)::smallint;

CREATE TABLE rt_log.late_fact (
    bucket timestamptz NOT NULL,
    node_id smallint NOT NULL,
    binding_id integer NOT NULL,
    domain_id integer NOT NULL,
    reason_id integer NOT NULL,
    kind smallint NOT NULL,
    bounce_class smallint NOT NULL,
    slot smallint NOT NULL,
    is_later boolean NOT NULL,
    is_5xx boolean NOT NULL,
    is_stored boolean NOT NULL,
    events bigint NOT NULL,
    delay_max bigint,
    delay_sum bigint,
    sized bigint NOT NULL,
    bytes bigint,
    size_min bigint,
    size_max bigint
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_analyze_scale_factor = 0.5);
CREATE INDEX late_fact_bucket_idx ON rt_log.late_fact (bucket);
COMMENT ON TABLE rt_log.late_fact IS 'What late events add to the event-fed cubes: a minute and all keys, exactly. Until folded.';
COMMENT ON COLUMN rt_log.late_fact.slot IS 'Of a delivery whose delay the log tells: rt_log.delivery_slot; else 0.';
COMMENT ON COLUMN rt_log.late_fact.bounce_class IS '0 where the event has none.';
COMMENT ON COLUMN rt_log.late_fact.is_stored IS 'The events are in rt_log.event too; false for those older than it keeps.';
COMMENT ON COLUMN rt_log.late_fact.sized IS 'Events whose size the log tells.';

-- rt_log.event_fact: each event as a fact. ranked_domain_id is its domain if that is of tier hour at the event's time, else other.
CREATE VIEW rt_log.event_fact AS
SELECT
    e.occurred_at AS bucket, e.node_id, e.binding_id, e.domain_id,
    CASE WHEN e.domain_id = 0 THEN 0 ELSE coalesce(t.domain_id, 1) END AS ranked_domain_id,
    e.reason_id, e.kind,
    coalesce(e.bounce_class, 0::smallint) AS bounce_class,
    CASE WHEN e.kind = 2 AND e.delay_ms IS NOT NULL THEN rt_log.delivery_slot(e.delay_ms) ELSE 0::smallint END AS slot,
    coalesce(e.attempt > 1, false) AS is_later,
    e.kind = 7 AND coalesce(e.reply_code, e.status / 10000, 500) >= 500 AS is_5xx,
    true AS is_stored,
    1::bigint AS events,
    e.delay_ms::bigint AS delay_max,
    e.delay_ms::bigint AS delay_sum,
    (e.size IS NOT NULL)::integer::bigint AS sized,
    e.size::bigint AS bytes,
    e.size::bigint AS size_min,
    e.size::bigint AS size_max
FROM rt_log.event AS e
LEFT JOIN rt_log.domain_tier AS t
    ON t.domain_id = e.domain_id AND t.tier = 'hour' AND e.occurred_at >= t.valid_from AND e.occurred_at < t.valid_to
WHERE e.kind <> 11;
COMMENT ON VIEW rt_log.event_fact IS 'Each counted event as a fact: what the event-fed cubes are summed from.';

CREATE VIEW rt_log.ranked_late_fact AS
SELECT
    f.bucket, f.node_id, f.binding_id, f.domain_id,
    CASE WHEN f.domain_id = 0 THEN 0 ELSE coalesce(t.domain_id, 1) END AS ranked_domain_id,
    f.reason_id, f.kind, f.bounce_class, f.slot, f.is_later, f.is_5xx, f.is_stored,
    f.events, f.delay_max, f.delay_sum, f.sized, f.bytes, f.size_min, f.size_max
FROM rt_log.late_fact AS f
LEFT JOIN rt_log.domain_tier AS t
    ON t.domain_id = f.domain_id AND t.tier = 'hour' AND f.bucket >= t.valid_from AND f.bucket < t.valid_to;
COMMENT ON VIEW rt_log.ranked_late_fact IS 'late_fact with ranked_domain_id, as in event_fact.';

-- What the event-fed cubes count, as expressions over a fact f.
CREATE TABLE ops.fact_measure (
    measures text NOT NULL,
    name text NOT NULL,
    position integer NOT NULL,
    combine text NOT NULL,
    expression text NOT NULL,
    comment text NOT NULL,
    CONSTRAINT fact_measure_pkey PRIMARY KEY (measures, name),
    CONSTRAINT fact_measure_combine_check CHECK (combine IN ('sum', 'min', 'max'))
);
INSERT INTO ops.fact_measure (measures, position, name, combine, expression, comment) VALUES
    ('traffic', 1, 'receptions', 'sum', 'CASE WHEN f.kind = 1 THEN f.events END', 'Events.'),
    ('traffic', 2, 'deliveries', 'sum', 'CASE WHEN f.kind = 2 THEN f.events END', 'Events, at whatever attempt.'),
    ('traffic', 3, 'deliveries_later', 'sum', 'CASE WHEN f.kind = 2 AND f.is_later THEN f.events END', 'Known to have needed more than one attempt.'),
    ('traffic', 4, 'transient_failures', 'sum', 'CASE WHEN f.kind = 3 THEN f.events END', 'Events: each attempt counts.'),
    ('traffic', 5, 'transient_failures_later', 'sum', 'CASE WHEN f.kind = 3 AND f.is_later THEN f.events END', 'Known to be of a second or later attempt.'),
    ('traffic', 6, 'permanent_failures', 'sum', 'CASE WHEN f.kind = 4 THEN f.events END', 'Events, in-band.'),
    ('traffic', 7, 'out_of_band_bounces', 'sum', 'CASE WHEN f.kind = 5 THEN f.events END', 'Events.'),
    ('traffic', 8, 'expirations', 'sum', 'CASE WHEN f.kind = 6 THEN f.events END', 'Events.'),
    ('traffic', 9, 'rejections_5xx', 'sum', 'CASE WHEN f.kind = 7 AND f.is_5xx THEN f.events END', 'Refused with 5xx, or with a reply whose code the log does not tell.'),
    ('traffic', 10, 'rejections_4xx', 'sum', 'CASE WHEN f.kind = 7 AND NOT f.is_5xx THEN f.events END', 'Events.'),
    ('traffic', 11, 'discards', 'sum', 'CASE WHEN f.kind = 8 THEN f.events END', 'Events.'),
    ('traffic', 12, 'administrative_failures', 'sum', 'CASE WHEN f.kind = 9 THEN f.events END', 'Events.'),
    ('traffic', 13, 'feedback_reports', 'sum', 'CASE WHEN f.kind = 10 THEN f.events END', 'Events.'),
    ('traffic', 14, 'deliveries_timed', 'sum', 'CASE WHEN f.slot > 0 THEN f.events END', 'Deliveries whose delay the log tells.'),
    ('traffic', 15, 'delivery_ms_max', 'max', 'CASE WHEN f.slot > 0 THEN f.delay_max END', 'Milliseconds from reception to delivery, the longest.'),
    ('traffic', 16, 'bytes_in', 'sum', 'CASE WHEN f.kind IN (1, 12) THEN f.bytes END', 'Of receptions whose size the log tells.'),
    ('traffic', 17, 'bytes_out', 'sum', 'CASE WHEN f.kind = 2 THEN f.bytes END', 'Of deliveries whose size the log tells.'),
    ('traffic', 18, 'delivery_ms_sum', 'sum', 'CASE WHEN f.slot > 0 THEN f.delay_sum END', 'Milliseconds, summed over deliveries_timed.'),
    ('failure', 1, 'events', 'sum', 'f.events', 'Events.'),
    ('failure', 2, 'events_later', 'sum', 'CASE WHEN f.is_later THEN f.events END', 'Known to be of a second or later attempt.'),
    ('delivery', 1, 'deliveries', 'sum', 'f.events', 'Events.'),
    ('delivery', 2, 'deliveries_sized', 'sum', 'f.sized', 'Deliveries whose size the log tells.'),
    ('delivery', 3, 'bytes', 'sum', 'f.bytes', 'Of deliveries_sized.'),
    ('delivery', 4, 'size_min', 'min', 'f.size_min', 'Bytes of the smallest message.'),
    ('delivery', 5, 'size_max', 'max', 'f.size_max', 'Bytes of the largest message.');
COMMENT ON TABLE ops.fact_measure IS 'What event-fed cubes count. In the cubes a measure of nothing is NULL, which takes no room.';

-- What the event-fed cubes of a family count, of which facts, and by what.
CREATE TABLE ops.fact_family (
    family text NOT NULL,
    measures text NOT NULL,
    keys text[] NOT NULL,
    condition text NOT NULL,
    comment text NOT NULL,
    CONSTRAINT fact_family_pkey PRIMARY KEY (family)
);
INSERT INTO ops.fact_family (family, measures, keys, condition, comment) VALUES
    ('every_domain', 'traffic', '{domain_id}', 'true', 'All measures by domain, every domain by its name.'),
    ('ranked', 'traffic', '{ranked_domain_id,node_id,binding_id}', 'true', 'All measures by node, binding and domain of tier hour.'),
    -- Its hours and days are those of ranked.
    ('ranked_pair', 'traffic', '{ranked_domain_id,binding_id}', 'true', 'All measures by binding and domain of tier hour.'),
    ('failure', 'failure', '{ranked_domain_id,node_id,binding_id,kind,bounce_class,reason_id}', 'f.kind BETWEEN 3 AND 9 AND f.kind <> 8',
        'Failures by class and canonical reason, node, binding and domain of tier hour.'),
    ('binding_failure', 'failure', '{binding_id,kind,bounce_class,reason_id}', 'f.kind BETWEEN 3 AND 9 AND f.kind <> 8',
        'Failures by class and canonical reason, and binding.'),
    ('node_failure', 'failure', '{node_id,kind,bounce_class,reason_id}', 'f.kind BETWEEN 3 AND 9 AND f.kind <> 8',
        'Failures by class and canonical reason, and node.'),
    ('reason', 'failure', '{kind,bounce_class,reason_id}', 'f.kind BETWEEN 3 AND 9 AND f.kind <> 8', 'Failures by class and canonical reason.'),
    ('delivery', 'delivery', '{node_id,binding_id,slot}', 'f.kind = 2', 'Deliveries by delivery time, with their sizes, by node and binding.'),
    ('ranked_delivery', 'delivery', '{ranked_domain_id,slot}', 'f.kind = 2', 'Deliveries by delivery time, with their sizes, by domain of tier hour.');
COMMENT ON TABLE ops.fact_family IS 'Families of cubes that fold_events() fills.';

INSERT INTO ops.cube (relation, family, grain, keys, source)
SELECT f.family || '_by_' || g.name, f.family, g.grain, f.keys, 'event'
FROM ops.fact_family AS f
JOIN (VALUES
    ('hour', interval '1 hour', '{every_domain,ranked,failure,binding_failure,node_failure,reason,delivery,ranked_delivery}'::text[]),
    ('day', '1 day', '{every_domain,ranked,failure,binding_failure,node_failure,reason,delivery,ranked_delivery}'),
    ('8_days', '8 days', '{ranked_pair,binding_failure,node_failure,reason,delivery}'),
    ('64_days', '64 days', '{ranked_pair,binding_failure,node_failure,reason,delivery}')
) AS g (name, grain, families) ON f.family = ANY (g.families);

INSERT INTO ops.partitioned_table (relation, step, suffix, kept_for, made_ahead, options)
SELECT
    c.relation,
    -- Hours that name domains are millions of rows a day: into the index of a day rows go where others just went.
    CASE WHEN h.is_wide THEN interval '1 day' ELSE interval '1 month' END, CASE WHEN h.is_wide THEN 'YYYYMMDD' ELSE 'YYYYMM' END,
    CASE
        WHEN c.relation = 'every_domain_by_hour' THEN interval '15 days'
        WHEN c.grain < '1 day' AND c.family IN ('ranked', 'failure', 'binding_failure', 'node_failure', 'ranked_delivery') THEN interval '60 days'
        WHEN c.grain < '1 day' THEN interval '2 years'
        WHEN c.grain = '1 day' THEN interval '10 years'
        ELSE interval '10 years 3 months'
    END,
    CASE WHEN h.is_wide THEN 7 ELSE 2 END, 'fillfactor = 80'
FROM ops.cube AS c
CROSS JOIN LATERAL (SELECT c.grain < '1 day' AND c.family IN ('every_domain', 'ranked', 'failure', 'binding_failure', 'ranked_delivery') AS is_wide) AS h
WHERE c.source = 'event';

DO $$
DECLARE
    cube ops.cube;
BEGIN
    FOR cube IN SELECT * FROM ops.cube AS c WHERE c.source = 'event' LOOP
        EXECUTE (
            SELECT format(
                'CREATE TABLE rt_log.%I (bucket timestamptz NOT NULL, %s, %s, CONSTRAINT %I PRIMARY KEY (%s)) PARTITION BY RANGE (bucket)',
                cube.relation,
                (SELECT string_agg(format('%I %s NOT NULL', k.name,
                        CASE WHEN k.name IN ('domain_id', 'ranked_domain_id', 'binding_id', 'reason_id') THEN 'integer' ELSE 'smallint' END
                    ), ', ' ORDER BY k.place) FROM unnest(cube.keys) WITH ORDINALITY AS k (name, place)),
                (SELECT string_agg(m.name || ' bigint', ', ' ORDER BY m.position) FROM ops.fact_measure AS m WHERE m.measures = f.measures),
                cube.relation || '_pkey',
                -- By domain or binding first: reports ask for one of them over a long time.
                CASE WHEN cube.keys[1] IN ('domain_id', 'ranked_domain_id') OR cube.family = 'binding_failure'
                    THEN array_to_string(cube.keys[1] || ('bucket'::text || cube.keys[2:]), ', ')
                    ELSE array_to_string('bucket'::text || cube.keys, ', ') END
            )
            FROM ops.fact_family AS f
            WHERE f.family = cube.family
        );
        EXECUTE format('CREATE INDEX %I ON rt_log.%I USING brin (bucket) WITH (pages_per_range = 32, autosummarize = on)',
            cube.relation || '_bucket_idx', cube.relation);
        EXECUTE format('COMMENT ON TABLE rt_log.%I IS %L', cube.relation, (
            SELECT f.comment || ' bucket is the beginning, UTC; a measure that is NULL is none.' FROM ops.fact_family AS f WHERE f.family = cube.family
        ));
    END LOOP;
END
$$;
