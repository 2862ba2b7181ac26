-- Files of sources that have thousands of them: patterns, whose files are each written once.
CREATE INDEX source_file_head_idx ON ops.source_file (source_id, head_hash);

-- ingest_v1.look_up_file(...): the newest file that has one of these hashes for its head, of those that ingest_v1.files tells of
-- without a bound; the one with the longest head, the source's own first. No row if there is none.
CREATE FUNCTION ingest_v1.look_up_file(source_id integer, heads bytea[]) RETURNS TABLE (
    file_id bigint,
    name text,
    "position" bigint,
    cursor text,
    parser_state bytea,
    head_length integer,
    head_hash bytea,
    tail_length integer,
    tail_hash bytea,
    content_hash bigint,
    is_imported boolean
)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT
        f.file_id, f.name, f.position, f.cursor, f.parser_state, f.head_length, f.head_hash, f.tail_length, f.tail_hash,
        f.content_hash, s.is_import
    FROM ops.source AS s
    JOIN ops.source_file AS f ON f.source_id = s.source_id
    WHERE
        (s.source_id = look_up_file.source_id OR ops.shares_files(s.source_id, look_up_file.source_id))
        AND (s.source_id = look_up_file.source_id OR f.cursor = '')
        AND f.head_hash = ANY (look_up_file.heads)
    ORDER BY f.head_length DESC, s.source_id = look_up_file.source_id DESC, f.file_id DESC
    LIMIT 1
$$;
COMMENT ON FUNCTION ingest_v1.look_up_file(integer, bytea[]) IS 'A file of a source by what it begins with.';

REVOKE EXECUTE ON FUNCTION ingest_v1.look_up_file(integer, bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ingest_v1.look_up_file(integer, bytea[]) TO mailmill_collector;

-- ingest_v1.file_marks(file): the hashes of a file's beginnings, in their order. Plan: primary key.
CREATE FUNCTION ingest_v1.file_marks(file bigint) RETURNS TABLE ("position" bigint, hash bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT m.position, m.hash FROM ops.file_mark AS m WHERE m.file_id = $1 ORDER BY m.position
$$;
COMMENT ON FUNCTION ingest_v1.file_marks(bigint) IS 'By what a file is told from another that begins alike: hashes of its beginnings.';

REVOKE EXECUTE ON FUNCTION ingest_v1.file_marks(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ingest_v1.file_marks(bigint) TO mailmill_collector;
