package import PostgresClient

/// How far a database's schema is, for those who may not look into `ops`. Asked first, by whoever may come before the manager has
/// made it: queries that cannot succeed would only fill the server's log.
package enum SchemaVersion {
    /// Throws `databaseIsOlder` if the database is not yet where this program is.
    package static func check(_ pool: ConnectionPool) async throws {
        try check(try await pool.query(SQLFile.query("migrations/version")))
    }

    /// The same by a connection at hand.
    package static func check(_ connection: Connection) async throws {
        try check(try await connection.query(SQLFile.query("migrations/version")))
    }

    private static func check(_ rows: Rows) throws {
        let applied = try rows.first?.get("version", as: Int32.self) ?? 0
        let needed = try Migration.newest()
        guard Int(applied) < needed else { return }
        throw StoreError.databaseIsOlder(applied: Int(applied), needed: needed)
    }
}
