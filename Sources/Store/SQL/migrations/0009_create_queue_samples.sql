-- Queue sizes as collectors sampled them.
CREATE TABLE rt_log.queue_sample (
    taken_at timestamptz NOT NULL,
    node_id smallint NOT NULL,
    active bigint,
    delayed bigint,
    connections_in bigint,
    connections_out bigint
) PARTITION BY RANGE (taken_at);
CREATE INDEX queue_sample_node_idx ON rt_log.queue_sample (node_id, taken_at);
COMMENT ON TABLE rt_log.queue_sample IS 'Sizes of a node''s queues at one time, in messages. NULL: its server does not tell. Every 10 s, thinned with age.';
COMMENT ON COLUMN rt_log.queue_sample.active IS 'Being delivered, or ready to be.';
COMMENT ON COLUMN rt_log.queue_sample.delayed IS 'Waiting for another attempt.';
COMMENT ON COLUMN rt_log.queue_sample.connections_in IS 'Open sessions of clients.';
COMMENT ON COLUMN rt_log.queue_sample.connections_out IS 'Open sessions to other hosts.';

CREATE TABLE rt_log.queue_part (
    taken_at timestamptz NOT NULL,
    node_id smallint NOT NULL,
    binding_id integer NOT NULL,
    domain_id integer NOT NULL,
    active bigint NOT NULL,
    delayed bigint NOT NULL
) PARTITION BY RANGE (taken_at);
CREATE INDEX queue_part_node_idx ON rt_log.queue_part (node_id, taken_at);
COMMENT ON TABLE rt_log.queue_part IS
    'The largest parts of a node''s queues, by binding and domain of tier minute, once a minute. What the server does not tell apart is 0; the rest is 1, other.';

INSERT INTO ops.partitioned_table (relation, step, suffix, kept_for, made_ahead, options) VALUES
    ('queue_sample', '1 month', 'YYYYMM', '2 years', 2, 'fillfactor = 100'),
    ('queue_part', '1 day', 'YYYYMMDD', '14 days', 7, 'fillfactor = 100');

-- ingest_v1.store_queue(...): stores one sample of the source's node. NULL: its server does not tell.
-- Domains and bindings get no numbers by it: a queue is full of names that never come to anything. Plan: index look-ups, one
-- a domain; the bindings once.
CREATE FUNCTION ingest_v1.store_queue(
    source_id integer,
    epoch bigint,
    taken_at timestamptz,
    active bigint,
    delayed bigint,
    connections_in bigint,
    connections_out bigint,
    part_groups text[],
    part_bindings text[],
    part_domains text[],
    part_active bigint[],
    part_delayed bigint[]
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    the_node smallint;
BEGIN
    IF taken_at NOT BETWEEN now() - interval '1 day' AND now() + interval '1 hour' THEN
        RAISE EXCEPTION 'a queue sample of % is not of now; check the collector''s clock', taken_at
            USING ERRCODE = 'datetime_field_overflow';
    END IF;
    SELECT s.node_id INTO the_node FROM ops.source AS s WHERE s.source_id = store_queue.source_id AND s.epoch = store_queue.epoch;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF cardinality(part_domains) > 0 THEN
        PERFORM ops.ensure_partition('queue_part', taken_at);
        INSERT INTO rt_log.queue_part (taken_at, node_id, binding_id, domain_id, active, delayed)
        SELECT store_queue.taken_at, the_node, q.binding_id, q.domain_id, sum(q.active), sum(q.delayed)
        FROM (
            SELECT
                CASE WHEN p.group_name = '' AND p.binding = '' THEN 0 ELSE coalesce(b.term_id, 1) END AS binding_id,
                CASE WHEN p.domain = '' THEN 0 ELSE coalesce(
                    (SELECT t.domain_id FROM rt_log.domain AS d
                     JOIN rt_log.domain_tier AS t ON t.domain_id = d.term_id AND t.tier = 'minute' AND t.valid_to = 'infinity'
                     WHERE d.name = p.domain),
                    1
                ) END AS domain_id,
                p.active, p.delayed
            FROM unnest(part_groups, part_bindings, part_domains, part_active, part_delayed)
                AS p (group_name, binding, domain, active, delayed)
            LEFT JOIN LATERAL (
                SELECT min(x.term_id) AS term_id FROM rt_log.binding AS x
                WHERE x.binding_name = p.binding AND x.group_name = coalesce(nullif(p.group_name, ''), x.group_name)
            ) AS b ON p.binding <> ''
        ) AS q
        GROUP BY q.binding_id, q.domain_id;
    END IF;
    PERFORM ops.ensure_partition('queue_sample', taken_at);
    INSERT INTO rt_log.queue_sample (taken_at, node_id, active, delayed, connections_in, connections_out)
    VALUES (store_queue.taken_at, the_node, store_queue.active, store_queue.delayed, store_queue.connections_in, store_queue.connections_out);
END
$$;
COMMENT ON FUNCTION ingest_v1.store_queue(
    integer, bigint, timestamptz, bigint, bigint, bigint, bigint, text[], text[], text[], bigint[], bigint[]
) IS 'Stores the sizes of a node''s queues.';

GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ingest_v1 TO mailmill_collector;
