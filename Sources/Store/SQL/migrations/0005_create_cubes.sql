-- Cubes: a row of measures a key. Ingest appends to traffic_delta; fold() moves closed minutes into the cubes; readers
-- sum cube and delta, so that every grain is right at every instant.

-- The measures, once: every cube has these columns.
CREATE TABLE rt_log.measure (
    receptions integer NOT NULL DEFAULT 0,
    deliveries integer NOT NULL DEFAULT 0,
    deliveries_later integer NOT NULL DEFAULT 0,
    transient_failures integer NOT NULL DEFAULT 0,
    transient_failures_later integer NOT NULL DEFAULT 0,
    permanent_failures integer NOT NULL DEFAULT 0,
    out_of_band_bounces integer NOT NULL DEFAULT 0,
    expirations integer NOT NULL DEFAULT 0,
    rejections_5xx integer NOT NULL DEFAULT 0,
    rejections_4xx integer NOT NULL DEFAULT 0,
    discards integer NOT NULL DEFAULT 0,
    administrative_failures integer NOT NULL DEFAULT 0,
    feedback_reports integer NOT NULL DEFAULT 0,
    deliveries_timed integer NOT NULL DEFAULT 0,
    delivery_ms_max integer NOT NULL DEFAULT 0,
    bytes_in bigint NOT NULL DEFAULT 0,
    bytes_out bigint NOT NULL DEFAULT 0,
    delivery_ms_sum bigint NOT NULL DEFAULT 0
);
COMMENT ON TABLE rt_log.measure IS 'Never holds a row: the columns of every cube.';
COMMENT ON COLUMN rt_log.measure.deliveries IS 'At whatever attempt.';
COMMENT ON COLUMN rt_log.measure.deliveries_later IS 'Known to have needed more than one attempt.';
COMMENT ON COLUMN rt_log.measure.permanent_failures IS 'In-band.';
COMMENT ON COLUMN rt_log.measure.rejections_5xx IS 'Refused with 5xx, or with a reply whose code the log does not tell.';
COMMENT ON COLUMN rt_log.measure.deliveries_timed IS 'Deliveries whose delay the log tells.';
COMMENT ON COLUMN rt_log.measure.delivery_ms_max IS 'Milliseconds from reception to delivery, the longest.';
COMMENT ON COLUMN rt_log.measure.delivery_ms_sum IS 'Milliseconds from reception to delivery, summed over deliveries_timed.';
COMMENT ON COLUMN rt_log.measure.bytes_in IS 'Of receptions whose size the log tells.';
COMMENT ON COLUMN rt_log.measure.bytes_out IS 'Of deliveries whose size the log tells.';

CREATE TABLE rt_log.traffic_delta (
    bucket timestamptz NOT NULL,
    node_id smallint NOT NULL,
    binding_id integer NOT NULL,
    domain_id integer NOT NULL,
    LIKE rt_log.measure INCLUDING DEFAULTS INCLUDING COMMENTS
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_analyze_scale_factor = 0.5);
CREATE INDEX traffic_delta_bucket_idx ON rt_log.traffic_delta (bucket);
COMMENT ON TABLE rt_log.traffic_delta IS 'What each batch added: a minute, node, binding, domain of the tier (else other). Until folded.';

-- Which cube has which grain and which keys: what fold() and the reports go by.
CREATE TABLE ops.cube (
    relation text NOT NULL,
    family text NOT NULL,
    grain interval NOT NULL,
    keys text[] NOT NULL,
    source text NOT NULL DEFAULT 'delta',
    CONSTRAINT cube_pkey PRIMARY KEY (relation),
    CONSTRAINT cube_source_check CHECK (source IN ('delta', 'event'))
);
COMMENT ON TABLE ops.cube IS 'The cubes, and what fills them.';
COMMENT ON COLUMN ops.cube.source IS 'delta: fold() fills it from traffic_delta; event: fold_events() from the events themselves.';
COMMENT ON COLUMN ops.cube.grain IS 'Each grain of a family divides the next: a long period is then a few dozen buckets, whatever its ends.';

INSERT INTO ops.cube (relation, family, grain, keys)
SELECT f.family || '_by_' || g.name, f.family, g.grain, f.keys
FROM (VALUES
    ('total', '{}'::text[], '{minute,hour,day}'::text[]),
    ('traffic', '{node_id,binding_id}', '{minute,hour,day,8_days,64_days}'),
    ('domain', '{domain_id}', '{minute,hour,day,8_days,64_days}'),
    -- Without the node there are a quarter of the rows on four nodes. Its minutes are those of wide.
    ('pair', '{binding_id,domain_id}', '{hour,6_hours,day,8_days,64_days}'),
    ('wide', '{node_id,binding_id,domain_id}', '{minute,hour,day,8_days,64_days}')
) AS f (family, keys, grains)
JOIN (VALUES
    ('minute', interval '1 minute'), ('hour', '1 hour'), ('6_hours', '6 hours'),
    ('day', '1 day'), ('8_days', '8 days'), ('64_days', '64 days')
) AS g (name, grain) ON g.name = ANY (f.grains);

INSERT INTO ops.partitioned_table (relation, step, suffix, kept_for, made_ahead, options)
SELECT
    c.relation,
    CASE WHEN c.grain = '1 minute' THEN interval '1 day' ELSE interval '1 month' END,
    CASE WHEN c.grain = '1 minute' THEN 'YYYYMMDD' ELSE 'YYYYMM' END,
    CASE
        -- Nearly as many rows as events where traffic is thin: as long as events, whose edges it spares the reports.
        WHEN c.relation = 'wide_by_minute' THEN interval '14 days'
        WHEN c.grain = '1 minute' OR c.family IN ('wide', 'pair') AND c.grain < '1 day' THEN interval '60 days'
        WHEN c.grain < '1 day' THEN interval '2 years'
        WHEN c.grain = '1 day' THEN interval '10 years'
        -- Longer than the days in it.
        ELSE interval '10 years 3 months'
    END,
    CASE WHEN c.grain = '1 minute' THEN 7 ELSE 2 END,
    'fillfactor = 70'
FROM ops.cube AS c;

DO $$
DECLARE
    cube ops.cube;
BEGIN
    FOR cube IN SELECT * FROM ops.cube LOOP
        EXECUTE format(
            'CREATE TABLE rt_log.%1$I (bucket timestamptz NOT NULL, %2$s
                LIKE rt_log.measure INCLUDING DEFAULTS INCLUDING COMMENTS,
                CONSTRAINT %3$I PRIMARY KEY (%4$s)) PARTITION BY RANGE (bucket)',
            cube.relation,
            (SELECT string_agg(k || CASE WHEN k = 'node_id' THEN ' smallint NOT NULL,' ELSE ' integer NOT NULL,' END, ' ') FROM unnest(cube.keys) AS k),
            cube.relation || '_pkey',
            array_to_string('bucket'::text || cube.keys, ', ')
        );
        -- A domain with a binding or a node over a long time, where a bucket has thousands of rows of others.
        IF cube.family IN ('pair', 'wide') THEN
            EXECUTE format('CREATE INDEX %I ON rt_log.%I (domain_id, bucket)', cube.relation || '_domain_idx', cube.relation);
        END IF;
        -- A day of a large cluster counts past two billion.
        IF cube.grain >= '1 day' THEN
            EXECUTE (
                SELECT format(
                    'ALTER TABLE rt_log.%I %s', cube.relation,
                    string_agg(format('ALTER COLUMN %I TYPE bigint', a.attname), ', ')
                )
                FROM pg_attribute AS a
                WHERE a.attrelid = 'rt_log.measure'::regclass AND a.atttypid = 'integer'::regtype AND a.attnum > 0
            );
        END IF;
        EXECUTE format(
            'COMMENT ON TABLE rt_log.%I IS %L',
            cube.relation, format('Measures by %s. bucket is its beginning, UTC.', concat_ws(' and ', nullif(array_to_string(cube.keys, ', '), ''), replace(substring(cube.relation FROM '_by_(.*)$'), '_', ' ')))
        );
    END LOOP;
END
$$;

-- rt_log.bucket_of(grain, at): the beginning of the minute, hour or UTC day that holds a time.
CREATE FUNCTION rt_log.bucket_of(grain interval, at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN date_bin(grain, at, timestamptz '2000-01-01 00:00:00+00');

-- rt_log.measures(template, template_max): the measures' names, each put into a format() template, with commas between.
-- A measure that is a maximum goes into the second template.
CREATE FUNCTION rt_log.measures(template text, template_max text) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_agg(format(CASE WHEN a.attname LIKE '%\_max' THEN template_max ELSE template END, a.attname), ', ' ORDER BY a.attnum)
    FROM pg_attribute AS a
    WHERE a.attrelid = 'rt_log.measure'::regclass AND a.attnum > 0 AND NOT a.attisdropped
$$;

-- rt_log.total(bigint): as sum(), for sums that stay below 2^63: sum(bigint) counts on in a wider number, which takes a
-- quarter longer over a report. sum(integer) is as fast as this.
CREATE AGGREGATE rt_log.total(bigint) (sfunc = int8pl, stype = bigint, combinefunc = int8pl, parallel = safe);

-- rt_log.make_cube_partitions(before): makes the partitions that folding up to a time needs. In a transaction of its own,
-- and some time before the fold: a reader plans first and takes its snapshot then; if a partition and its rows came
-- between the two, it would see the rows neither in the delta, where they are no more, nor in the cube.
-- Returns how many it made.
CREATE FUNCTION rt_log.make_cube_partitions(before timestamptz) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    need record;
    made bigint := 0;
BEGIN
    FOR need IN
        SELECT DISTINCT c.relation, rt_log.bucket_of(greatest(c.grain, '1 day'), d.day) AS start
        FROM (SELECT DISTINCT rt_log.bucket_of('1 day', w.bucket) AS day FROM rt_log.traffic_delta AS w WHERE w.bucket < before) AS d,
            ops.cube AS c
        WHERE c.source = 'delta' AND d.day >= rt_log.horizon(c.relation)
        ORDER BY c.relation, start
    LOOP
        made := made + ops.ensure_partition(need.relation, need.start)::integer;
    END LOOP;
    RETURN made;
END
$$;

-- rt_log.cube_parent(cube, families): of the cubes of families that count the same, the one whose rows come to those of a
-- cube with the least work: nothing else is left out but its further keys. No grain above a day, for those begin at days at
-- which nothing else does. NULL: none.
CREATE FUNCTION rt_log.cube_parent(cube ops.cube, families text[]) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT p.relation
    FROM ops.cube AS p
    WHERE p.family = ANY (families) AND p.relation <> cube.relation AND p.keys @> cube.keys
        AND p.grain <= least(cube.grain, '1 day') AND (p.grain < cube.grain OR cardinality(p.keys) > cardinality(cube.keys))
    ORDER BY cardinality(p.keys), p.grain DESC, p.relation
    LIMIT 1
$$;

-- rt_log.fold_statement(...): the statement that adds facts to all cubes of some families, each fact grouped once: a cube is
-- grouped from the rows of its parent. It gives the rows that it wrote.
--   families     that count the same
--   facts        a query, of (bucket, keys, what first_sums sums)
--   names        of the measures, with commas between
--   first_sums   the measures from facts f;  sums  the same from groups f
--   merges       assignments to the row c of a cube that is there already, from `excluded`
-- Groups are hashed, never sorted: there are nearly as many as facts.
CREATE FUNCTION rt_log.fold_statement(families text[], facts text, names text, first_sums text, sums text, merges text) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('WITH %s SELECT %s',
        string_agg(format(
            'g_%1$s AS MATERIALIZED (
                SELECT rt_log.bucket_of(%2$L, f.bucket) AS bucket, %3$s%4$s FROM %5$s AS f%6$s GROUP BY %7$s
             ), c_%1$s AS (
                INSERT INTO rt_log.%1$I AS c (bucket, %3$s%8$s)
                SELECT f.* FROM g_%1$s AS f%9$s
                ON CONFLICT (bucket%10$s) DO UPDATE SET %11$s
                RETURNING 1
             )',
            c.relation, c.grain, c.keys_before, CASE WHEN c.parent IS NULL THEN first_sums ELSE sums END,
            coalesce('g_' || c.parent, '(' || facts || ')'),
            -- Time horizons are beginnings of days.
            CASE WHEN c.grain > '1 day' THEN format(' WHERE f.bucket >= %L', c.horizon) END,
            c.places, names,
            CASE WHEN c.grain <= '1 day' THEN format(' WHERE f.bucket >= %L', c.horizon) END,
            c.keys_after, merges
        ), ', ' ORDER BY cardinality(c.keys) DESC, c.grain),
        string_agg(format('(SELECT count(*) FROM c_%s)', c.relation), ' + ')
    )
    FROM (
        SELECT c.*,
            rt_log.cube_parent(c, families) AS parent,
            rt_log.horizon(c.relation) AS horizon,
            (SELECT string_agg(k || ', ', '' ORDER BY o) FROM unnest(c.keys) WITH ORDINALITY AS u (k, o)) AS keys_before,
            (SELECT string_agg(', ' || k, '' ORDER BY o) FROM unnest(c.keys) WITH ORDINALITY AS u (k, o)) AS keys_after,
            (SELECT string_agg(n::text, ', ') FROM generate_series(1, 1 + cardinality(c.keys)) AS n) AS places
        FROM ops.cube AS c
        WHERE c.family = ANY (families)
    ) AS c
$$;

-- rt_log.give_fold_memory(): lets the transaction hash what a fold groups: four times the memory of other statements.
CREATE FUNCTION rt_log.give_fold_memory() RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT set_config('work_mem', 4 * s.reset_val::bigint || 'kB', true) FROM pg_settings AS s WHERE s.name = 'work_mem'
$$;

-- rt_log.fold(before): moves what the delta holds of minutes that began before a time into all cubes; of days that have
-- all their partitions (make_cube_partitions).
-- Must run in a REPEATABLE READ transaction: all statements then see the same rows, and rows that arrive meanwhile stay
-- for the next time. One caller at a time: the caller locks ops.cube before anything else, as upkeep/lock_cubes does.
-- Returns the delta rows that were folded. Plan: index scan on the delta's bucket, a grouping by hash and an upsert by primary
-- key a cube.
CREATE FUNCTION rt_log.fold(before timestamptz) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
    days timestamptz[];
    folded bigint;
BEGIN
    IF current_setting('transaction_isolation') <> 'repeatable read' THEN
        RAISE EXCEPTION 'rt_log.fold must run in a REPEATABLE READ transaction';
    END IF;
    SELECT array_agg(w.day) INTO days
    FROM (SELECT DISTINCT rt_log.bucket_of('1 day', d.bucket) AS day FROM rt_log.traffic_delta AS d WHERE d.bucket < before) AS w
    WHERE NOT EXISTS (
        SELECT FROM ops.cube AS c
        WHERE c.source = 'delta' AND w.day >= rt_log.horizon(c.relation)
            AND NOT ops.has_partition(c.relation, rt_log.bucket_of(greatest(c.grain, '1 day'), w.day))
    );
    IF days IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM rt_log.give_fold_memory();
    EXECUTE rt_log.fold_statement(
        ARRAY(SELECT DISTINCT c.family FROM ops.cube AS c WHERE c.source = 'delta'),
        'SELECT * FROM rt_log.traffic_delta AS d WHERE d.bucket < $1 AND rt_log.bucket_of(''1 day'', d.bucket) = ANY ($2)',
        rt_log.measures('%I', '%I'),
        rt_log.measures('rt_log.total(f.%1$I) AS %1$I', 'max(f.%1$I) AS %1$I'),
        rt_log.measures('rt_log.total(f.%1$I) AS %1$I', 'max(f.%1$I) AS %1$I'),
        rt_log.measures('%1$I = c.%1$I + excluded.%1$I', '%1$I = greatest(c.%1$I, excluded.%1$I)')
    ) USING before, days;
    DELETE FROM rt_log.traffic_delta AS d WHERE d.bucket < before AND rt_log.bucket_of('1 day', d.bucket) = ANY (days);
    GET DIAGNOSTICS folded = ROW_COUNT;
    RETURN folded;
END
$$;
