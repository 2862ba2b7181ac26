import PostgresClient
import ScratchPostgres
import Testing

/// A collector whose host was taken over: it has the role's rights and bad intentions.
@Suite struct HostileCollectorTests {
    /// Opens a source and one file of it.
    private func open(_ connection: Connection, node: String = "mx1") async throws -> (source: Int32, file: Int64) {
        let source: Int32 = try await connection.query(
            "SELECT source_id FROM ingest_v1.open_source($1, 'x', 'postfix', false)",
            [node]
        ).one().get("source_id")
        let file: Int64 = try await connection.query(
            "SELECT ingest_v1.register_file($1, 1, 'x', 0, '', 0, '') AS f",
            [source]
        ).one().get("f")
        return (source, file)
    }

    private func commit(
        _ connection: Connection,
        source: Int32,
        epoch: Int64 = 1,
        file: Int64,
        from: Int64 = 0
    ) async throws -> String {
        try await connection.query(
            "SELECT ingest_v1.commit_batch($1, $2, $3, $4, $4 + 10, '', '', 0, '', 0, '', NULL, 1, '{}', '{}', '{}') AS o",
            [source, epoch, file, from]
        ).one().get("o")
    }

    /// Whatever is put where a function with the owner's rights might look runs with the owner's rights.
    @Test func nothingOfItsOwnCanBePutWhereTheOwnersFunctionsLook() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect(.collector)
            let thief = "CREATE FUNCTION %.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT pg_catalog.now()'"
            for statement in [
                "CREATE TEMPORARY TABLE event_batch (occurred_at timestamptz)",
                "CREATE TEMPORARY VIEW event_batch AS SELECT 1 AS occurred_at",
                "CREATE VIEW pg_temp.event_batch AS SELECT 1 AS occurred_at",
                "CREATE TEMPORARY SEQUENCE event_batch", "SELECT 1 INTO TEMPORARY event_batch",
                "CREATE SCHEMA mine", "CREATE TABLE public.event_batch ()", "CREATE TABLE ingest_v1.event_batch ()",
                "CREATE TYPE pg_temp.event_batch AS (n integer)",
                "CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)",
                "CREATE OPERATOR pg_temp.= (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)",
                "CREATE CAST (text AS integer) WITH INOUT AS IMPLICIT",
            ] + ["public", "pg_temp", "ingest_v1", "rt_log", "ops"].map({ thief.replacing("%", with: $0) }) {
                let error = try await refusal { try await connection.run(statement) }
                #expect(["42501", "3F000"].contains(error.sqlState.code), "\(statement): \(error)")
            }
            // The same when the session has a temporary schema.
            let (source, file) = try await open(connection)
            for statement in [
                "CREATE TEMPORARY TABLE x ()", "CREATE TABLE pg_temp.x ()",
                "CREATE TEMPORARY VIEW domain_tier AS SELECT 1 AS n", thief.replacing("%", with: "pg_temp"),
                "ALTER TABLE pg_temp.event_batch ADD COLUMN n integer", "DROP TABLE pg_temp.event_batch",
                "ALTER TABLE pg_temp.event_batch RENAME TO x", "TRUNCATE pg_temp.event_batch",
                "ALTER TABLE pg_temp.event_batch OWNER TO mailmill_collector",
                "CREATE RULE r AS ON INSERT TO pg_temp.event_batch DO ALSO SELECT 1",
                "CREATE TRIGGER t BEFORE INSERT ON pg_temp.event_batch EXECUTE FUNCTION suppress_redundant_updates_trigger()",
                "CREATE INDEX ON pg_temp.event_batch ((1 / (size - size)))",
                "CREATE POLICY p ON pg_temp.event_batch", "SELECT * FROM pg_temp.event_batch",
                "UPDATE pg_temp.event_batch SET size = 1", "DELETE FROM pg_temp.event_batch",
            ] {
                let error = try await refusal { try await connection.run(statement) }
                #expect(["42501", "3F000"].contains(error.sqlState.code), "\(statement): \(error)")
            }
            #expect(try await commit(connection, source: source, file: file) == "committed")
        }
    }

    @Test func aSearchPathOfItsOwnChangesNothing() async throws {
        try await withScratchDatabase { database in
            // Even where an operator was careless with the schema public.
            try await database.pool(.superuser).run(
                """
                GRANT CREATE ON SCHEMA public TO mailmill_collector;
                """
            )
            let connection = try await database.connect(.collector)
            let stolen =
                "CREATE FUNCTION public.%(%) RETURNS % LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''ran as %'', current_user; END'"
            for (name, arguments, result) in [
                ("now", "", "timestamptz"), ("date_bin", "interval, timestamptz, timestamptz", "timestamptz"),
                ("cardinality", "anyarray", "integer"), ("coalesce_", "", "integer"), ("length", "text", "integer"),
                ("hashtextextended", "text, bigint", "bigint"), ("to_regclass", "text", "regclass"),
            ] {
                var statement = stolen
                for part in [name, arguments, result] {
                    statement = statement.replacing("%", with: part, maxReplacements: 1)
                }
                try await connection.run(statement)
            }
            try await connection.run(
                """
                CREATE FUNCTION public.never(text, text) RETURNS boolean LANGUAGE plpgsql
                AS 'BEGIN RAISE EXCEPTION ''ran as %'', current_user; END';
                CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.never);
                CREATE TABLE public.event_batch (occurred_at timestamptz);
                SET search_path = public, pg_catalog, pg_temp;
                """
            )
            let (source, file) = try await open(connection)
            try await connection.query(
                "SELECT pg_catalog.array_length(ingest_v1.intern('domain', ARRAY['a', 'b']), 1) AS n"
            )
            #expect(try await commit(connection, source: source, file: file) == "committed")
            try await connection.query(
                "SELECT ingest_v1.report_source($1, 1, pg_catalog.now(), 0, NULL) IS NULL AS b",
                [source]
            )
            try await connection.query(
                "SELECT ingest_v1.store_queue($1, 1, pg_catalog.now(), 1, 2, NULL, NULL, '{}', '{}', '{}', '{}', '{}') IS NULL AS b",
                [source]
            )
            try await connection.query("SELECT count(*) FROM ingest_v1.files($1)", [source])
        }
    }

    @Test func namesAreNamesWhateverTheyHold() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect(.collector)
            let evil = [
                "'; DROP TABLE ops.node; --", "\"; DROP TABLE ops.node; --", "$$; DROP TABLE ops.node; $$",
                "%s %I %L %1$s",
                "\\'; DROP TABLE ops.node; --", "\u{202E}gnp.exe", "a\nb", "{a,b}", "NULL", "x' OR '1'='1",
            ]
            for name in evil {
                try await connection.query("SELECT source_id FROM ingest_v1.open_source($1, $1, $1, false)", [name])
                let ids: [Int32] = try await connection.query(
                    "SELECT ingest_v1.intern('domain', $1) AS ids",
                    [[name]]
                ).one().get("ids")
                #expect(ids[0] > 1)
            }
            let reader = try await database.connect(.report)
            for name in evil {
                for parameter in ["only_node", "only_binding_group", "only_binding", "only_domain"] {
                    try await reader.query(
                        "SELECT * FROM report_v1.traffic(now() - interval '1 day', now(), \(parameter) => $1)",
                        [name]
                    )
                }
            }
            #expect(try await database.pool(.superuser).number("SELECT count(*) FROM ops.node") == Int64(evil.count))
        }
    }

    @Test func tablesOfTheOwnerAreOutOfReach() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect(.collector)
            _ = try await open(connection)
            for statement in [
                "SELECT * FROM rt_log.event", "SELECT * FROM rt_log.domain", "SELECT * FROM ops.source",
                "SELECT * FROM ops.hash_key", "SELECT * FROM webconsole.account", "SELECT * FROM report_v1.node",
                "INSERT INTO rt_log.traffic_delta (bucket, node_id, binding_id, domain_id) VALUES (now(), 1, 0, 0)",
                "UPDATE ops.source_file SET position = 0", "UPDATE ops.ingest_gate SET is_open = true",
                "SELECT ops.ensure_partition('event', now())", "SELECT rt_log.fill_tiers('{}')",
                "SELECT rt_log.horizon('event')", "SELECT nextval('ops.source_source_id_seq')",
                "SELECT * FROM report_v1.traffic(now(), now())",
            ] {
                let error = try await refusal { try await connection.run(statement) }
                #expect(error.sqlState == .insufficientPrivilege, "\(statement): \(error)")
            }
        }
    }

    @Test func anotherSourceOrEpochIsAConflict() async throws {
        try await withScratchDatabase { database in
            let victim = try await database.connect(.collector)
            let (source, file) = try await open(victim, node: "victim")
            let connection = try await database.connect(.collector)
            let (own, _) = try await open(connection, node: "thief")
            #expect(try await commit(connection, source: own, file: file) == "conflict")
            for epoch in [-1, 0, 2, Int64.max] {
                #expect(try await commit(connection, source: source, epoch: epoch, file: file) == "conflict")
            }
            #expect(try await commit(connection, source: source + 1000, file: file) == "conflict")
            #expect(try await commit(victim, source: source, file: file) == "committed")
        }
    }

    /// Rows go into the events as they stand in the session's table.
    @Test func eventsOfAnotherFileOrNodeAreRefused() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect(.collector)
            let (source, file) = try await open(connection)
            let node = try await refusal {
                try await connection.run("INSERT INTO pg_temp.event_batch (node_id) VALUES (2)")
            }
            #expect(node.sqlState == .insufficientPrivilege)
            func insert(file: Int64) async throws {
                try await connection.run(
                    """
                    INSERT INTO pg_temp.event_batch (occurred_at, message_hash, recipient_hash, sender_hash, file_id,
                        domain_id, sender_domain_id, binding_id, host_id, kind, message_id, recipient_local, sender_local)
                    VALUES (now(), 0, 0, 0, \(file), 0, 0, 0, 0, 2, '', '', '')
                    """
                )
            }
            let otherFile = try await refusal {
                try await connection.run("BEGIN")
                try await insert(file: file + 1)
                _ = try await commit(connection, source: source, file: file)
            }
            try await connection.run("ROLLBACK")
            #expect(otherFile.sqlState == SQLState("22023"))
            // The table now fills in the other node.
            _ = try await open(connection, node: "mx2")
            let otherNode = try await refusal {
                try await connection.run("BEGIN")
                try await insert(file: file)
                _ = try await commit(connection, source: source, file: file)
            }
            try await connection.run("ROLLBACK")
            #expect(otherNode.sqlState == SQLState("22023"))
            #expect(try await database.pool(.superuser).number("SELECT count(*) FROM rt_log.event") == 0)
        }
    }

    /// Over TCP a session has a login that becomes its role: the table is the role's to fill.
    @Test func aLoginThatBecameItsRoleFillsItsTable() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect(.superuser)
            try await connection.run("SET ROLE mailmill_collector")
            let (source, file) = try await open(connection)
            try await connection.run("BEGIN")
            try await connection.run(
                """
                INSERT INTO pg_temp.event_batch (occurred_at, message_hash, recipient_hash, sender_hash, file_id, domain_id,
                    sender_domain_id, binding_id, host_id, kind, message_id, recipient_local, sender_local)
                VALUES (now(), 1, 1, 1, \(file), 1, 1, 1, 1, 1, '', '', '')
                """
            )
            _ = try await commit(connection, source: source, file: file)
            try await connection.run("ROLLBACK")
        }
    }

    @Test func withoutItsTableThereIsNoCommit() async throws {
        try await withScratchDatabase { database in
            let opener = try await database.connect(.collector)
            let (source, file) = try await open(opener)
            let connection = try await database.connect(.collector)
            let error = try await refusal { try await commit(connection, source: source, file: file) }
            #expect(error.sqlState == .undefinedTable)
            #expect(try await database.pool(.superuser).number("SELECT sum(position) FROM ops.source_file") == 0)
        }
    }
}
