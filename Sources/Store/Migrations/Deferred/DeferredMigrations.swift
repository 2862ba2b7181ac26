package import PostgresClient

/// What people see of the deferred migrations, and tell the manager about them. The manager itself is `MoveWorker`.
package struct DeferredMigrations: Sendable {
    private let pool: ConnectionPool

    /// - Parameter pool: connections as `mailmill_owner`; for `status` any role that reads reports will do.
    package init(_ pool: ConnectionPool) {
        self.pool = pool
    }

    /// Every deferred migration, the newest first.
    package func status() async throws -> [DeferredMigration] {
        try await pool.query(SQLFile.query("deferred/status")).map(DeferredMigration.init)
    }

    /// Stops after the chunk that is under way.
    ///
    /// - Parameter name: nil: all that have not ended.
    /// - Returns: the names of those that it applies to.
    package func pause(_ name: String? = nil) async throws -> [String] {
        try await names("deferred/pause", [name, true])
    }

    /// Goes on; what was rolled back begins anew.
    package func resume(_ name: String? = nil) async throws -> [String] {
        try await names("deferred/pause", [name, false])
    }

    /// - Parameter rowsPerSecond: nil: as fast as nothing else suffers.
    package func limit(_ name: String? = nil, rowsPerSecond: Int32?) async throws -> [String] {
        try await names("deferred/speed", [name, rowsPerSecond])
    }

    /// Takes back to the old layout what was moved, unless the point of no return is past.
    package func rollBack(_ name: String? = nil) async throws -> [String] {
        try await names("deferred/rollback", [name])
    }

    /// Goes past the point of no return at once, where all rows are moved.
    package func complete(_ name: String? = nil) async throws -> [String] {
        try await names("deferred/complete", [name])
    }

    private func names(_ query: String, _ parameters: [(any PostgresEncodable)?]) async throws -> [String] {
        try await pool.query(SQLFile.query(query), parameters).map { try $0.get("name") }
    }
}
