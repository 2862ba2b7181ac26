internal import PostgresClient

/// What a cluster holds, to be compared before and after its rows were carried elsewhere.
struct ClusterInventory: Sendable, Equatable {
    /// Rows by database and table; of tables with few rows, also a sum over their contents.
    var tables: [String: String] = [:]

    /// Tables up to this many rows are compared by content.
    private static let contentLimit: Int64 = 100_000

    /// Databases that hold anything of ours or the operator's.
    static func databases(_ settings: (String) -> ConnectionSettings) async throws -> [String] {
        let connection = try await Connection.connect(settings("postgres"))
        return try await connection.query(
            """
            SELECT datname FROM pg_catalog.pg_database
            WHERE datallowconn AND NOT datistemplate AND datname <> 'postgres' ORDER BY datname
            """
        ).map { try $0.get("datname") }
    }

    /// Reads every table of every database once.
    static func take(_ settings: @Sendable (String) -> ConnectionSettings) async throws -> ClusterInventory {
        var inventory = ClusterInventory()
        for database in try await databases(settings) {
            let connection = try await Connection.connect(settings(database))
            for (name, quoted) in try await tables(connection) {
                inventory.tables["\(database) \(name)"] = try await sums(of: quoted, connection)
            }
        }
        return inventory
    }

    /// Reads the first row of every table: each file is there, and its first page is whole.
    static func touch(_ settings: (String) -> ConnectionSettings) async throws -> Int {
        var count = 0
        for database in try await databases(settings) {
            let connection = try await Connection.connect(settings(database))
            for (_, quoted) in try await tables(connection) {
                try await connection.query("SELECT FROM \(quoted) LIMIT 1")
                count += 1
            }
        }
        return count
    }

    /// Tables that differ, each with both sides; empty when all is equal.
    func differences(from other: ClusterInventory) -> [String] {
        Set(tables.keys).union(other.tables.keys).sorted().compactMap { name in
            let (old, new) = (tables[name] ?? "missing", other.tables[name] ?? "missing")
            return old == new ? nil : "\(name): \(old) before, \(new) after"
        }
    }

    private static func tables(_ connection: Connection) async throws -> [(String, String)] {
        try await connection.query(
            """
            SELECT c.oid::regclass::text AS name, format('ONLY %I.%I', n.nspname, c.relname) AS quoted
            FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
                AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
            ORDER BY n.nspname, c.relname
            """
        ).map { (try $0.get("name"), try $0.get("quoted")) }
    }

    private static func sums(of table: String, _ connection: Connection) async throws -> String {
        let count: Int64 = try await connection.query("SELECT count(*) AS rows FROM \(table)").one().get("rows")
        guard count <= contentLimit else { return "\(count) rows" }
        let sum: String = try await connection.query(
            "SELECT coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text AS sum FROM \(table) AS t"
        ).one().get("sum")
        return "\(count) rows, sum \(sum)"
    }
}
