-- Upkeep of the texts that have numbers: what nothing names any more makes room, new sources bring room, refusals are counted.

-- ops.renew_term_reserve(): a source that was never seen before may bring as many new texts as a new site.
CREATE FUNCTION ops.renew_term_reserve() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    the_kind text;
BEGIN
    -- In the order in which collectors ask, so that nobody deadlocks.
    FOREACH the_kind IN ARRAY '{domain,binding,host,reason}'::text[] LOOP
        UPDATE ops.term_limit AS l
        SET tokens = greatest(ops.term_tokens(l), l.reserve), refilled_at = clock_timestamp(), reserve_until = now() + interval '3 days'
        WHERE l.kind = the_kind;
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER source_renews_term_reserve
    AFTER INSERT ON ops.source
    FOR EACH ROW EXECUTE FUNCTION ops.renew_term_reserve();

-- ops.unnamed_terms(kind, seen_before): the numbers that were given before a time and that no row of rt_log names.
-- Every column whose name ends in domain_id, binding_id, host_id or reason_id counts, of whichever table.
-- Plan: reads all those columns whole, at most 2 000 000 numbers of each; for once in some days, and only where room is short.
CREATE FUNCTION ops.unnamed_terms(kind text, seen_before timestamptz) RETURNS integer[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    naming text;
    unnamed integer[];
BEGIN
    SELECT string_agg(format('SELECT DISTINCT %I FROM rt_log.%I', a.attname, c.relname), ' UNION ALL ' ORDER BY c.relname, a.attname)
    INTO STRICT naming
    FROM pg_class AS c
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'rt_log'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND a.attname ~ ('(^|_)' || kind || '_id$');
    EXECUTE format(
        'SELECT coalesce(array_agg(t.term_id), ''{}'') FROM rt_log.%I AS t
         WHERE t.term_id > 1 AND t.first_seen_at < $1
            AND NOT EXISTS (SELECT FROM (%s) AS n (term_id) WHERE n.term_id = t.term_id)',
        kind, naming
    ) INTO unnamed USING seen_before;
    RETURN unnamed;
END
$$;

-- ops.retire_terms(kind, ids): retires texts that nothing names: intern finds them no more, and brings them back when they
-- are asked for. Deletes those that were retired more than two days ago: nobody keeps a number that long. Give it some
-- thousand at a time: intern waits meanwhile.
CREATE FUNCTION ops.retire_terms(kind text, ids integer[], OUT retired bigint, OUT deleted bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM FROM ops.term_limit AS l WHERE l.kind = retire_terms.kind FOR UPDATE;
    EXECUTE format('DELETE FROM rt_log.%I WHERE term_id = ANY ($1) AND term_id > 1 AND retired_at < now() - interval ''2 days''', kind) USING ids;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    EXECUTE format('UPDATE rt_log.%I SET retired_at = now() WHERE term_id = ANY ($1) AND term_id > 1 AND retired_at IS NULL', kind) USING ids;
    GET DIAGNOSTICS retired = ROW_COUNT;
    UPDATE ops.term_limit AS l
    SET known = l.known - deleted, retired = l.retired + retire_terms.retired - deleted
    WHERE l.kind = retire_terms.kind;
END
$$;

-- ops.count_term_refusals(): moves what intern refused into ops.term_limit. Returns the texts.
CREATE FUNCTION ops.count_term_refusals() RETURNS bigint
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
    WITH gone AS (
        DELETE FROM ops.term_refusal AS r RETURNING r.kind, r.cause, r.texts, r.refused_at
    ), counted AS (
        UPDATE ops.term_limit AS l
        SET refused_full = l.refused_full + g.full_texts,
            refused_rate = l.refused_rate + g.rate_texts,
            refused_length = l.refused_length + g.length_texts,
            last_refused_at = greatest(l.last_refused_at, g.refused_at)
        FROM (
            SELECT
                r.kind,
                coalesce(sum(r.texts) FILTER (WHERE r.cause = 'full'), 0) AS full_texts,
                coalesce(sum(r.texts) FILTER (WHERE r.cause = 'rate'), 0) AS rate_texts,
                coalesce(sum(r.texts) FILTER (WHERE r.cause = 'length'), 0) AS length_texts,
                max(r.refused_at) AS refused_at
            FROM gone AS r
            GROUP BY r.kind
        ) AS g
        WHERE g.kind = l.kind
    )
    SELECT coalesce(sum(g.texts), 0)::bigint FROM gone AS g
$$;

CREATE VIEW report_v1.term AS
SELECT
    l.kind,
    l.known,
    l.retired,
    l.max_terms,
    l.per_hour,
    greatest(floor(least(
        l.tokens + l.per_hour * abs(extract(epoch FROM now() - l.refilled_at)) / 3600.0,
        CASE WHEN now() < l.reserve_until THEN greatest(l.tokens, l.burst) ELSE l.burst END
    )), 0)::bigint AS room_now,
    l.refused_full + coalesce(r.full_texts, 0)::bigint AS refused_full,
    l.refused_rate + coalesce(r.rate_texts, 0)::bigint AS refused_rate,
    l.refused_length + coalesce(r.length_texts, 0)::bigint AS refused_length,
    greatest(l.last_refused_at, r.refused_at) AS last_refused_at
FROM ops.term_limit AS l
LEFT JOIN (
    SELECT
        t.kind,
        sum(t.texts) FILTER (WHERE t.cause = 'full') AS full_texts,
        sum(t.texts) FILTER (WHERE t.cause = 'rate') AS rate_texts,
        sum(t.texts) FILTER (WHERE t.cause = 'length') AS length_texts,
        max(t.refused_at) AS refused_at
    FROM ops.term_refusal AS t
    GROUP BY t.kind
) AS r ON r.kind = l.kind;
COMMENT ON VIEW report_v1.term IS 'Domains, bindings, hosts and reasons: how many are known, and how many texts became "other" instead.';
COMMENT ON COLUMN report_v1.term.known IS 'Texts that have a number.';
COMMENT ON COLUMN report_v1.term.max_terms IS 'Texts that can have a number.';
COMMENT ON COLUMN report_v1.term.per_hour IS 'New texts that an hour may bring, beyond what has gathered.';
COMMENT ON COLUMN report_v1.term.room_now IS 'New texts that may come at once now.';
COMMENT ON COLUMN report_v1.term.refused_full IS 'How often a text became "other" because max_terms were known.';
COMMENT ON COLUMN report_v1.term.refused_rate IS 'How often a text became "other" because too many were new: an attack, or a log of another site.';
COMMENT ON COLUMN report_v1.term.refused_length IS 'How often a text became "other" because it was longer than 255 characters.';

GRANT SELECT ON report_v1.term TO mailmill_report, mailmill_console, mailmill_monitor;
