-- Queue sizes as collectors sampled them.
CREATE TABLE rt_log.queue_sample (
    taken_at timestamptz NOT NULL,
    node_id smallint NOT NULL,
    active bigint NOT NULL,
    delayed bigint NOT NULL
) PARTITION BY RANGE (taken_at);
CREATE INDEX queue_sample_node_idx ON rt_log.queue_sample (node_id, taken_at);
COMMENT ON TABLE rt_log.queue_sample IS 'Sizes of a node''s queues at one time, in messages.';
COMMENT ON COLUMN rt_log.queue_sample.active IS 'Being delivered, or ready to be.';
COMMENT ON COLUMN rt_log.queue_sample.delayed IS 'Waiting for another attempt.';

INSERT INTO ops.partitioned_table (relation, step, suffix, kept_for, made_ahead, options)
VALUES ('queue_sample', '1 month', 'YYYYMM', '2 years', 2, 'fillfactor = 100');

-- ingest_v1.store_queue(...): stores one sample of the source's node.
CREATE FUNCTION ingest_v1.store_queue(source_id integer, epoch bigint, taken_at timestamptz, active bigint, delayed bigint)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF taken_at NOT BETWEEN now() - interval '1 day' AND now() + interval '1 hour' THEN
        RAISE EXCEPTION 'a queue sample of % is not of now; check the collector''s clock', taken_at
            USING ERRCODE = 'datetime_field_overflow';
    END IF;
    PERFORM ops.ensure_partition('queue_sample', taken_at);
    INSERT INTO rt_log.queue_sample (taken_at, node_id, active, delayed)
    SELECT store_queue.taken_at, s.node_id, store_queue.active, store_queue.delayed
    FROM ops.source AS s
    WHERE s.source_id = store_queue.source_id AND s.epoch = store_queue.epoch;
END
$$;
COMMENT ON FUNCTION ingest_v1.store_queue(integer, bigint, timestamptz, bigint, bigint) IS 'Stores the sizes of a node''s queues.';

GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ingest_v1 TO mailmill_collector;
