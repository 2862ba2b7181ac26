package import Logging
package import PostgresClient

/// What the database needs done regularly: minutes folded into the cubes, partitions made ahead and dropped, domains
/// ranked. Each is safe to run at any time, any number of times, and beside any number of collectors.
package struct Upkeep: Sendable {
    /// Domains that the minute cubes name.
    private static let minuteTier: Int64 = 200

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
        case .fold: try await fold()
        case .partitions: try await pool.query(SQLFile.query("upkeep/ensure_partitions")).one().get("made")
        case .retention: try await retain(keeping)
        case .ranking: try await rank()
        case .traceIndexes: try await makeTraceIndexes()
        case .queues: try await thinQueueSamples()
        case .terms: try await retireTerms()
        case .sessions: try await AccountStore(pool).tidy()
        }
    }

    /// Moves closed minutes from the delta into the cubes.
    ///
    /// - Parameter grace: a minute is closed that long after its end.
    /// - Returns: delta rows folded.
    package func fold(grace: Duration = .seconds(20)) async throws -> Int64 {
        let part: [(any PostgresEncodable)?] = [Double(grace.components.seconds), Int32(120)]
        var total: Int64 = 0
        while true {
            let made: Int64 =
                try await pool.query(SQLFile.query("upkeep/fold_partitions"), part).one().find("made") ?? 0
            if made > 0 { try await letReadersGo() }
            let folded: Int64 = try await pool.withTransaction(isolation: .repeatableRead) { connection in
                // Before the first query: a snapshot taken while waiting would be of before the other's fold.
                try await connection.run(SQLFile.query("upkeep/lock_cubes"))
                return try await connection.query(SQLFile.query("upkeep/fold"), part).one().find("folded") ?? 0
            }
            total += folded
            if folded == 0, made == 0 { return total }
        }
    }

    /// Waits until the transactions that planned without the partitions that are new have ended, or have long had their
    /// snapshot (`rt_log.make_cube_partitions`).
    private func letReadersGo() async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(5)
        var waiting = try await cubeReaders()
        while !waiting.isEmpty, clock.now < deadline {
            try await clock.sleep(for: .milliseconds(10))
            waiting.formIntersection(try await cubeReaders())
        }
    }

    private func cubeReaders() async throws -> Set<String> {
        Set(try await pool.query(SQLFile.query("upkeep/cube_readers")).one().get("readers", as: [String].self))
    }

    /// Looks for the busiest domains first, and changes the tier in a short transaction of its own: a session that interns
    /// while the tier has room waits for it.
    private func rank() async throws -> Int64 {
        let busiest = try await pool.query(
            SQLFile.query("upkeep/busiest_domains"),
            [Self.minuteTier * 3 / 2, Int32(6)]
        ).one()
        let domains: [Int32] = try busiest.get("domains")
        let events: [Int64] = try busiest.get("events")
        return try await pool.withTransaction { connection in
            try await connection.query(SQLFile.query("upkeep/lock_tier"))
            return try await connection.query(
                SQLFile.query("upkeep/rank_domains"),
                [Self.minuteTier, domains, events]
            ).one().get("joined")
        }
    }
}
