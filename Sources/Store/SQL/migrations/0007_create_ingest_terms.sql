-- The contract with collectors: numbers of texts.

-- rt_log.find_terms(kind, terms): the numbers of texts that have one, NULL for others and retired ones, in the order given. A statement a
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
                SELECT coalesce(array_agg((SELECT t.term_id FROM rt_log.domain AS t WHERE t.name = w.name AND t.retired_at IS NULL) ORDER BY w.ordinality), '{}')
                FROM unnest(terms) WITH ORDINALITY AS w (name, ordinality)
            );
        WHEN 'binding' THEN
            RETURN (
                SELECT coalesce(array_agg((SELECT t.term_id FROM rt_log.binding AS t WHERE t.name = w.name AND t.retired_at IS NULL) ORDER BY w.ordinality), '{}')
                FROM unnest(terms) WITH ORDINALITY AS w (name, ordinality)
            );
        WHEN 'host' THEN
            RETURN (
                SELECT coalesce(array_agg((SELECT t.term_id FROM rt_log.host AS t WHERE t.name = w.name AND t.retired_at IS NULL) ORDER BY w.ordinality), '{}')
                FROM unnest(terms) WITH ORDINALITY AS w (name, ordinality)
            );
        WHEN 'reason' THEN
            RETURN (
                SELECT coalesce(array_agg((SELECT t.term_id FROM rt_log.reason AS t WHERE t.name = w.name AND t.retired_at IS NULL) ORDER BY w.ordinality), '{}')
                FROM unnest(terms) WITH ORDINALITY AS w (name, ordinality)
            );
        ELSE
            RAISE EXCEPTION 'there is no kind of term %', kind USING ERRCODE = 'invalid_parameter_value';
    END CASE;
END
$$;

-- rt_log.missing_terms(terms, found): the texts that have no number and may have one, each once, sorted; NULL if there is none.
CREATE FUNCTION rt_log.missing_terms(terms text[], found integer[]) RETURNS text[]
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
RETURN (
    SELECT array_agg(DISTINCT w.name ORDER BY w.name)
    FROM unnest(terms, found) AS w (name, term_id)
    WHERE w.term_id IS NULL AND length(w.name) <= 255
);

-- rt_log.has_retired(kind, terms): whether one of the texts is retired. Plan: one index look-up a text.
CREATE FUNCTION rt_log.has_retired(kind text, terms text[]) RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found boolean;
BEGIN
    EXECUTE format(
        'SELECT EXISTS (
            SELECT FROM unnest($1) AS m (name)
            WHERE (SELECT t.retired_at FROM rt_log.%I AS t WHERE t.name = m.name) IS NOT NULL
        )',
        kind
    ) INTO found USING terms;
    RETURN found;
END
$$;

-- rt_log.add_terms(kind, terms): gives numbers to texts that lack one, as many as there is room for. One session at a time
-- for each kind, so that they cannot deadlock and what is known is counted exactly. Returns the numbers, as find_terms does.
CREATE FUNCTION rt_log.add_terms(kind text, terms text[]) RETURNS integer[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    bound ops.term_limit;
    found integer[];
    missing text[];
    room bigint;
    changed bigint;
BEGIN
    SELECT l.* INTO STRICT bound FROM ops.term_limit AS l WHERE l.kind = add_terms.kind FOR UPDATE;
    -- Only now: another session may have given some of them numbers meanwhile.
    found := rt_log.find_terms(kind, terms);
    missing := rt_log.missing_terms(terms, found);
    IF bound.retired > 0 AND missing IS NOT NULL THEN
        EXECUTE format('UPDATE rt_log.%I SET retired_at = NULL WHERE name = ANY ($1) AND retired_at IS NOT NULL', kind) USING missing;
        GET DIAGNOSTICS changed = ROW_COUNT;
        IF changed > 0 THEN
            UPDATE ops.term_limit AS l SET retired = l.retired - changed WHERE l.kind = add_terms.kind;
            found := rt_log.find_terms(kind, terms);
            missing := rt_log.missing_terms(terms, found);
        END IF;
    END IF;
    room := least(floor(ops.term_tokens(bound)), bound.max_terms - bound.known);
    IF room > 0 AND missing IS NOT NULL THEN
        EXECUTE format('INSERT INTO rt_log.%I (name) SELECT m.name FROM unnest($1) AS m (name)', kind) USING missing[:room];
        GET DIAGNOSTICS changed = ROW_COUNT;
        UPDATE ops.term_limit AS l
        SET known = l.known + changed, tokens = ops.term_tokens(l) - changed, refilled_at = clock_timestamp()
        WHERE l.kind = add_terms.kind;
        IF kind = 'domain' THEN
            PERFORM rt_log.fill_tiers(missing);
        END IF;
        found := rt_log.find_terms(kind, terms);
    END IF;
    RETURN found;
END
$$;

-- ingest_v1.intern(kind, terms): the numbers of texts, in the order given. New texts get numbers until the kind is full or
-- too many came of late; after that, or longer than 255 characters, they are 1, other. Whoever keeps numbers asks again after
-- a day at most: a text that nothing names is deleted some days later. Call it outside the batch's transaction, so that the
-- numbers outlive a rollback of it; several kinds in the order domain, binding, host, reason. Nobody waits while there is no
-- room: an attacker's texts cost their look-up. Plan: that of find_terms.
CREATE FUNCTION ingest_v1.intern(kind text, terms text[]) RETURNS integer[]
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found integer[] := rt_log.find_terms(kind, terms);
    bound ops.term_limit;
    missing text[];
BEGIN
    IF array_position(found, NULL) IS NULL THEN
        RETURN found;
    END IF;
    missing := rt_log.missing_terms(terms, found);
    IF missing IS NOT NULL THEN
        SELECT l.* INTO STRICT bound FROM ops.term_limit AS l WHERE l.kind = intern.kind;
        IF bound.known < bound.max_terms AND ops.term_tokens(bound) >= 1
            OR bound.retired > 0 AND rt_log.has_retired(kind, missing) THEN
            found := rt_log.add_terms(kind, terms);
        END IF;
    END IF;
    IF array_position(found, NULL) IS NOT NULL THEN
        SELECT l.* INTO STRICT bound FROM ops.term_limit AS l WHERE l.kind = intern.kind;
        INSERT INTO ops.term_refusal (refused_at, kind, cause, texts)
        SELECT now(), intern.kind, r.cause, count(*)
        FROM (
            SELECT CASE
                WHEN length(w.name) <= 255 THEN CASE WHEN bound.known < bound.max_terms THEN 'rate' ELSE 'full' END
                ELSE 'length'
            END AS cause
            FROM unnest(terms, found) AS w (name, term_id)
            WHERE w.term_id IS NULL
        ) AS r
        GROUP BY r.cause;
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
