package import PostgresClient

/// What people ask about retention. The dropping itself is `Upkeep`'s.
package struct Retention: Sendable {
    private let pool: ConnectionPool

    /// - Parameter pool: connections as any role that reads reports.
    package init(_ pool: ConnectionPool) {
        self.pool = pool
    }

    /// What each table takes, how fast it grows and when its oldest part goes; the finest grain first.
    package func storage() async throws -> [StoredRelation] {
        try await pool.query(SQLFile.query("retention/storage")).map(StoredRelation.init)
    }

    /// The last run, then the last that freed something, where there are.
    package func lastRuns() async throws -> [RetentionRun] {
        try await pool.query(SQLFile.query("retention/last")).map(RetentionRun.init)
    }
}
