-- The contract with collectors: numbers of texts.

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
        WHEN 'reason' THEN
            RETURN (
                SELECT coalesce(array_agg((SELECT t.term_id FROM rt_log.reason AS t WHERE t.name = w.name) ORDER BY w.ordinality), '{}')
                FROM unnest(terms) WITH ORDINALITY AS w (name, ordinality)
            );
        ELSE
            RAISE EXCEPTION 'there is no kind of term %', kind USING ERRCODE = 'invalid_parameter_value';
    END CASE;
END
$$;

-- ingest_v1.intern(kind, terms): the numbers of texts, in the order given. New texts get numbers until the kind is full;
-- after that, or longer than 255 characters, they are 1, other. Call it outside the batch's transaction, so that the
-- numbers outlive a rollback of it; several kinds in the order domain, binding, host, reason. Sorted, so that two callers cannot
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
                PERFORM rt_log.fill_tiers(missing);
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

-- rt_log.tier_size(tier): how many domains a tier names, beside those that are watched.
CREATE FUNCTION rt_log.tier_size(tier text) RETURNS bigint
LANGUAGE sql IMMUTABLE
RETURN CASE tier WHEN 'minute' THEN 200 WHEN 'hour' THEN 2000 END;

-- rt_log.fill_tiers(names): while a tier has room, domains that were just seen for the first time join it from the
-- beginning of time, so that a site with few domains never sees "other". Takes the lock of the tiers only while there
-- is room.
CREATE FUNCTION rt_log.fill_tiers(names text[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    the_tier text;
    room bigint;
BEGIN
    FOREACH the_tier IN ARRAY '{minute,hour}'::text[] LOOP
        SELECT rt_log.tier_size(the_tier) - count(*) INTO room
        FROM rt_log.domain_tier AS t WHERE t.tier = the_tier AND t.valid_to = 'infinity' AND NOT t.is_watched;
        CONTINUE WHEN room <= 0;
        PERFORM pg_advisory_xact_lock(hashtextextended('rt_log.domain_tier', 0));
        SELECT rt_log.tier_size(the_tier) - count(*) INTO room
        FROM rt_log.domain_tier AS t WHERE t.tier = the_tier AND t.valid_to = 'infinity' AND NOT t.is_watched;
        INSERT INTO rt_log.domain_tier (domain_id, tier, valid_from)
        SELECT d.term_id, the_tier, '-infinity'
        FROM rt_log.domain AS d
        WHERE d.name = ANY (names) AND d.term_id > 1 AND d.first_seen_at = now()
            AND NOT EXISTS (SELECT FROM rt_log.domain_tier AS t WHERE t.domain_id = d.term_id AND t.tier = the_tier)
        ORDER BY d.term_id
        LIMIT greatest(room, 0)
        ON CONFLICT DO NOTHING;
    END LOOP;
END
$$;
