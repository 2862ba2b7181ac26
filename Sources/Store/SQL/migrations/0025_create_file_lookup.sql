-- Files of sources that have thousands of them: patterns, whose files are each written once.
CREATE INDEX source_file_head_idx ON ops.source_file (source_id, head_hash);

-- ingest_v1.look_up_file(...): the newest file of a source whose head has this hash, whether ingest_v1.files tells of it or
-- not. No row if there is none.
CREATE FUNCTION ingest_v1.look_up_file(source integer, head bytea) RETURNS TABLE (
    file_id bigint,
    name text,
    "position" bigint,
    cursor text,
    parser_state bytea,
    head_length integer,
    head_hash bytea,
    tail_length integer,
    tail_hash bytea
)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT f.file_id, f.name, f.position, f.cursor, f.parser_state, f.head_length, f.head_hash, f.tail_length, f.tail_hash
    FROM ops.source_file AS f
    WHERE f.source_id = $1 AND f.head_hash = $2
    ORDER BY f.file_id DESC
    LIMIT 1
$$;
COMMENT ON FUNCTION ingest_v1.look_up_file(integer, bytea) IS 'A file of a source by what it begins with.';

REVOKE EXECUTE ON FUNCTION ingest_v1.look_up_file(integer, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ingest_v1.look_up_file(integer, bytea) TO mailmill_collector;
