package import Logging
package import PostgresClient

/// What the database needs done regularly: minutes folded into the cubes, partitions made ahead and dropped, domains
/// ranked. Each is safe to run at any time, any number of times, and beside any number of collectors.
package struct Upkeep: Sendable {
    /// Domains that the minute cubes name.
    private static let minuteTier: Int64 = 200
    /// Domains that the event-fed cubes by domain, node and binding name.
    private static let hourTier: Int64 = 2000

    let pool: ConnectionPool
    let logger: Logger
    private let keeping: RetentionRules

    /// - Parameters:
    ///   - pool: connections as `mailmill_owner`.
    ///   - keeping: how long things are kept.
    package init(_ pool: ConnectionPool, keeping: RetentionRules = RetentionRules(), logger: Logger) {
        self.pool = pool
        self.keeping = keeping
        self.logger = logger
    }

    /// Runs a job once. Returns how much it did.
    package func run(_ job: UpkeepJob) async throws -> Int64 {
        switch job {
        case .fold: try await foldAll()
        case .partitions: try await pool.query(SQLFile.query("upkeep/ensure_partitions")).one().get("made")
        case .retention: try await retain(keeping)
        case .ranking: try await rank()
        case .traceIndexes: try await makeTraceIndexes()
        case .queues: try await thinQueueSamples()
        case .terms: try await retireTerms()
        case .sessions: try await AccountStore(pool).tidy()
        }
    }

    private func rank() async throws -> Int64 {
        let minute = try await rank(
            "minute",
            of: SQLFile.query("upkeep/busiest_domains"),
            [Self.minuteTier * 3 / 2, Int32(6)]
        )
        let hour = try await rank("hour", of: SQLFile.query("upkeep/busiest_by_day"), [Self.hourTier * 3 / 2])
        return minute + hour
    }

    /// Looks for the busiest domains first, and changes the tier in a short transaction of its own: a session that interns
    /// while the tier has room waits for it.
    private func rank(_ tier: String, of query: String, _ parameters: [(any PostgresEncodable)?]) async throws -> Int64
    {
        let size = tier == "minute" ? Self.minuteTier : Self.hourTier
        let busiest = try await pool.query(query, parameters).one()
        let domains: [Int32] = try busiest.get("domains")
        let events: [Int64] = try busiest.get("events")
        return try await pool.withTransaction { connection in
            try await connection.query(SQLFile.query("upkeep/lock_tier"))
            return try await connection.query(
                SQLFile.query("upkeep/rank_domains"),
                [size, domains, events, tier]
            ).one().get("joined")
        }
    }
}
