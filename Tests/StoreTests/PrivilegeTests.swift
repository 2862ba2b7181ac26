import PostgresClient
import ScratchPostgres
import Testing

/// Every role × every object × every verb, against what is allowed. What is not listed here is forbidden: a new object
/// has to be thought of.
@Suite struct PrivilegeTests {
    private static let reports: Set<String> = [
        "binding",
        "breakdown_row",
        "deferred_migration",
        "delivery_time_row",
        "domain",
        "domain_by_day",
        "domain_by_hour",
        "domain_by_minute",
        "failure_row",
        "import",
        "ingest_gate",
        "node",
        "queue",
        "queue_now",
        "queue_part",
        "retention_run",
        "source",
        "term",
        "traffic_by_day",
        "traffic_by_hour",
        "traffic_by_minute",
        "traffic_row",
        "wide_by_day",
        "wide_by_hour",
        "wide_by_minute",
    ]
    private static let ingest: Set<String> = [
        "commit_batch", "epoch", "file_marks", "files", "intern", "look_up_file", "open_source", "register_file",
        "report_source",
        "store_queue", "take_quarantine",
    ]

    private static func reading(_ views: Set<String>) -> Set<String> {
        Set(views.map { "SELECT report_v1.\($0)" })
            .union([
                "USAGE report_v1", "EXECUTE report_v1.designation", "EXECUTE report_v1.segments",
                "EXECUTE report_v1.storage",
                "EXECUTE report_v1.traffic",
                "EXECUTE report_v1.breakdown", "EXECUTE report_v1.failures", "EXECUTE report_v1.delivery_times",
                "EXECUTE report_v1.domain_traffic",
            ])
    }

    /// Those who may read events may look people's mail up.
    private static let tracing: Set<String> = ["EXECUTE report_v1.trace", "EXECUTE report_v1.trace_key"]

    private static let allowed: [ScratchRole: Set<String>] = [
        .collector: Set(ingest.map { "EXECUTE ingest_v1.\($0)" }).union(["USAGE ingest_v1"]),
        .report: reading(reports.union(["event", "quarantine"])).union(tracing),
        .monitor: reading(reports),
        .console: reading(reports.union(["event", "quarantine"])).union(tracing).union([
            "USAGE webconsole", "SELECT webconsole.account", "some UPDATE webconsole.account",
            "SELECT webconsole.session", "INSERT webconsole.session", "DELETE webconsole.session",
            "some UPDATE webconsole.session", "SELECT webconsole.sign_in_attempt",
            "INSERT webconsole.sign_in_attempt", "DELETE webconsole.sign_in_attempt", "SELECT webconsole.audit",
            "INSERT webconsole.audit",
        ]),
    ]

    /// All that a role may do in the database, by asking the server about each verb on each object.
    private static let matrix = """
        WITH object AS (
            SELECT n.nspname || '.' || c.relname AS name, c.oid, c.relkind
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname !~ '^(pg_|information_schema$)' AND c.relkind IN ('r', 'v', 'm', 'p', 'f', 'S')
        )
        SELECT verb || ' ' || o.name AS right
        FROM object AS o, unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) AS verb
        WHERE o.relkind <> 'S' AND has_table_privilege($1, o.oid, verb)
        UNION ALL
        SELECT 'some ' || verb || ' ' || o.name
        FROM object AS o, unnest('{SELECT,INSERT,UPDATE,REFERENCES}'::text[]) AS verb
        WHERE o.relkind <> 'S' AND has_any_column_privilege($1, o.oid, verb) AND NOT has_table_privilege($1, o.oid, verb)
        UNION ALL
        SELECT verb || ' ' || o.name
        FROM object AS o, unnest('{USAGE,SELECT,UPDATE}'::text[]) AS verb
        WHERE o.relkind = 'S' AND has_sequence_privilege($1, o.oid, verb)
        UNION ALL
        SELECT DISTINCT 'EXECUTE ' || n.nspname || '.' || p.proname
        FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
        WHERE n.nspname !~ '^(pg_|information_schema$)' AND has_function_privilege($1, p.oid, 'EXECUTE')
        UNION ALL
        SELECT verb || ' ' || n.nspname
        FROM pg_namespace AS n, unnest('{USAGE,CREATE}'::text[]) AS verb
        WHERE n.nspname !~ '^(pg_|information_schema$|public$)' AND has_schema_privilege($1, n.oid, verb)
        UNION ALL
        SELECT verb || ' public' FROM unnest('{CREATE}'::text[]) AS verb WHERE has_schema_privilege($1, 'public', verb)
        UNION ALL
        SELECT verb || ' database' FROM unnest('{CREATE,TEMP}'::text[]) AS verb
        WHERE has_database_privilege($1, current_database(), verb)
        """

    @Test(arguments: allowed.keys.sorted { $0.rawValue < $1.rawValue })
    func aRoleMayDoWhatItsWorkNeedsAndNoMore(role: ScratchRole) async throws {
        try await withScratchDatabase { database in
            try await database.pool(.owner).query(
                "SELECT ops.ensure_partition(t.relation, now()) FROM ops.partitioned_table AS t"
            )
            let rows = try await database.pool(.superuser).query(Self.matrix, [role.rawValue])
            let found = Set(try rows.map { try $0.get("right", as: String.self) })
            let expected = try #require(Self.allowed[role])
            #expect(found.subtracting(expected).sorted() == [], "more than allowed")
            #expect(expected.subtracting(found).sorted() == [], "less than needed")
        }
    }

    @Test func backupsReadEverythingAndChangeNothing() async throws {
        try await withScratchDatabase { database in
            let rows = try await database.pool(.superuser).query(Self.matrix, [ScratchRole.backup.rawValue])
            let rights: [String] = try rows.map { try $0.get("right") }
            #expect(Set(rights.compactMap { $0.split(separator: " ").first }) == ["SELECT", "USAGE"])
        }
    }

    @Test func everybodyElseMayNothing() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.superuser)
            let rights = try await pool.query(Self.matrix, ["public"])
            #expect(rights.isEmpty)
            let connect = "SELECT has_database_privilege('public', current_database(), 'CONNECT')::integer"
            let isOpen = try await pool.number(connect)
            #expect(isOpen == 0)
        }
    }

    /// A function that runs with its owner's rights looks nothing up where its caller can put something.
    @Test func definersPinTheirSearchPath() async throws {
        try await withScratchDatabase { database in
            let loose = try await database.pool(.superuser).query(
                """
                SELECT p.oid::regprocedure::text AS name
                FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
                WHERE n.nspname !~ '^(pg_|information_schema$)' AND p.prosecdef
                    AND NOT 'search_path=pg_catalog, pg_temp' = ANY (coalesce(p.proconfig, '{}'))
                """
            )
            #expect(try loose.map { try $0.get("name", as: String.self) } == [])
        }
    }

    /// What the catalog promises holds when it is tried: a view may call a function that its reader may not.
    @Test(arguments: [ScratchRole.report, .console, .monitor])
    func everyViewCanBeRead(role: ScratchRole) async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect(role)
            let views = role == .monitor ? Self.reports : Self.reports.union(["event"])
            for view in views.sorted() { try await connection.query("SELECT * FROM report_v1.\(view)") }
            for statement in [
                "SELECT * FROM report_v1.traffic(now() - interval '1 day', now(), by_domain => true, by_binding => true)",
                "SELECT * FROM report_v1.segments(now() - interval '90 days', now(), 'wide', '1 day')",
            ] { try await connection.query(statement) }
        }
    }

    @Test func theReportRoleWritesNothingWhateverItSets() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect(.report)
            try await connection.run("SET default_transaction_read_only = off; SET statement_timeout = 0")
            for statement in [
                "INSERT INTO report_v1.traffic_row DEFAULT VALUES", "DELETE FROM report_v1.node",
                "UPDATE report_v1.source SET node = 'x'", "CREATE TABLE public.x ()", "CREATE TEMPORARY TABLE x ()",
                "CREATE SCHEMA x", "SELECT * FROM webconsole.account", "SELECT * FROM rt_log.event",
                "SELECT * FROM ops.hash_key", "SELECT rt_log.fold(now())", "SET ROLE mailmill_owner",
                "SELECT ingest_v1.open_source('a', 'b', 'c', false)", "TRUNCATE report_v1.traffic_row",
                "COPY (SELECT 1) TO '/tmp/mailmill-stolen'", "SELECT pg_read_file('/etc/passwd')",
                "SELECT lo_import('/etc/passwd')", "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            ] {
                let error = try await refusal { try await connection.run(statement) }
                #expect(["42501", "55000"].contains(error.sqlState.code), "\(statement): \(error)")
            }
        }
    }
}
