internal import PostgresClient

/// What a database holds, by table: read from the catalog, so that it is right for every release's schema.
enum DatabaseFigures {
    private static let tables = """
        SELECT c.oid::regclass::text AS name FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND c.relpersistence = 'p'
        """

    /// How long the locks may take: shorter than `deadlock_timeout`, so that it is never a writer who is turned away.
    private static let lockTimeout = "500ms"
    private static let attempts = 60

    /// Begins a transaction on `holder` in which nobody writes, and one on `reader` that sees exactly what is there, with
    /// `body` run between. Then writers go on, and the reader's transaction stays open.
    static func snapshot<Value>(
        holder: Connection,
        reader: Connection,
        _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        for attempt in 1...attempts {
            do {
                try await holder.run("BEGIN; SET LOCAL lock_timeout = '\(lockTimeout)'")
                for table in try await names(holder, roots: true) {
                    try await holder.run("LOCK TABLE \(table) IN SHARE MODE")
                }
                let value = try await body(holder)
                try await reader.run(
                    "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SELECT pg_catalog.pg_current_snapshot()"
                )
                try await holder.run("COMMIT")
                return value
            } catch let error as PostgresClientError where isPassing(error) && attempt < attempts {
                try await holder.run("ROLLBACK")
                try await Task.sleep(for: .milliseconds(100))
            }
        }
        throw BackupError.notArchiving(reason: "writers never paused")
    }

    /// A lock that was not to be had, or a table that went meanwhile: partitions come and go.
    private static func isPassing(_ error: PostgresClientError) -> Bool {
        error.sqlState == .lockNotAvailable || error.sqlState == .undefinedTable || error.sqlState == .deadlockDetected
    }

    /// Rows of each table, partitions counted with their parent.
    static func counts(_ connection: Connection) async throws -> [String: String] {
        var counts: [String: String] = [:]
        for table in try await names(connection, roots: true) {
            counts[table] = try await connection.query("SELECT count(*)::text AS number FROM \(table)").one().get(
                "number"
            )
        }
        return counts
    }

    /// Names of tables as SQL takes them: those that have no parent, or those that hold rows themselves.
    static func names(_ connection: Connection, roots: Bool) async throws -> [String] {
        let condition = roots ? "c.relkind IN ('r', 'p') AND NOT c.relispartition" : "c.relkind = 'r'"
        return try await connection.query("\(tables) AND \(condition) ORDER BY 1").map { try $0.get("name") }
    }

    /// Rows of one table, and a sum over all of their content that does not depend on their order.
    static func digest(of table: String, _ connection: Connection) async throws -> String {
        let row = try await connection.query(
            """
            SELECT count(*)::text AS rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text AS sum
            FROM ONLY \(table) AS t
            """
        ).one()
        return "\(try row.get("rows", as: String.self)) \(try row.get("sum", as: String.self))"
    }

    /// Differences, for a person; empty when they agree.
    static func differences(recorded: [String: String], found: [String: String]) -> [String] {
        Set(recorded.keys).union(found.keys).sorted().filter { recorded[$0] != found[$0] }
            .map { "\($0): \(recorded[$0] ?? "nothing") recorded, \(found[$0] ?? "nothing") found" }
    }
}
