internal import FoundationEssentials
internal import PostgresClient

/// Puts another database of the server in the place of ours, in one transaction, and keeps the old one.
struct DatabaseSwap: Sendable {
    static let keptMark = "mailmill_before_"
    /// Name of a database that is being restored.
    static let restoring = "mailmill_restoring"

    let server: DatabaseServer

    /// Whoever is connected is sent away and comes back to the new one. PostgreSQL waits 5 s for others to leave once it has
    /// locked both names; nobody new gets in meanwhile.
    /// - Returns: name of the old database; nil where there was none.
    func put(_ database: String) async throws -> String? {
        let connection = try await Connection.connect(server.connectionSettings(as: .superuser, database: "postgres"))
        let ours = RoleScript.database
        let exists = try await !connection.query("SELECT FROM pg_catalog.pg_database WHERE datname = $1", [ours])
            .isEmpty
        let kept = Self.keptMark + WallClock.now().iso8601.filter(\.isNumber)
        let plan = RolePlan(maxConnections: server.settings.maxConnections)
        let away = exists ? "ALTER DATABASE \(ours) RENAME TO \(kept);" : ""
        let script = """
            BEGIN;
            \(away)
            ALTER DATABASE \(database) RENAME TO \(ours);
            \(RoleScript(plan: plan).databaseStatements.joined(separator: ";\n"));
            COMMIT
            """
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await sendAway(from: [ours, database]) }
            defer { group.cancelAll() }
            try await connection.run(script)
        }
        return exists ? kept : nil
    }

    private func sendAway(from databases: [String]) async throws {
        let connection = try await Connection.connect(server.connectionSettings(as: .superuser, database: "postgres"))
        while !Task.isCancelled {
            try await connection.query(
                "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname = ANY($1)",
                [databases]
            )
            // Cancelled: the loop's condition ends it.
            try? await Task.sleep(for: .milliseconds(100))
        }
    }
}
