package import Logging
package import PostgresClient

/// What the database needs done regularly: minutes folded into the cubes, partitions made ahead and dropped, domains
/// ranked. Each is safe to run at any time, any number of times, and beside any number of collectors.
package struct Upkeep: Sendable {
    /// Only one manager folds at a time.
    private static let lock: Int64 = 0x6D61_696C_666F_6C64
    /// Domains that the minute cubes name.
    private static let minuteTier: Int64 = 200

    private let pool: ConnectionPool
    private let logger: Logger

    /// - Parameter pool: connections as `mailmill_owner`.
    package init(_ pool: ConnectionPool, logger: Logger) {
        self.pool = pool
        self.logger = logger
    }

    /// Runs a job once. Returns how much it did.
    package func run(_ job: UpkeepJob) async throws -> Int64 {
        switch job {
        case .fold: try await fold()
        case .partitions: try await pool.query(SQLFile.query("upkeep/ensure_partitions")).one().get("made")
        case .retention: try await dropExpired()
        case .ranking: try await rank()
        case .sessions: try await AccountStore(pool).tidy()
        }
    }

    /// Moves closed minutes from the delta into the cubes.
    ///
    /// - Parameter grace: a minute is closed that long after its end.
    /// - Returns: delta rows folded.
    package func fold(grace: Duration = .seconds(20)) async throws -> Int64 {
        var total: Int64 = 0
        while true {
            let folded: Int64 = try await pool.withTransaction(isolation: .repeatableRead) { connection in
                try await connection.lockForTransaction(Self.lock)
                let rows = try await connection.query(
                    SQLFile.query("upkeep/fold"),
                    [Double(grace.components.seconds), Int32(120)]
                )
                return try rows.one().find("folded") ?? 0
            }
            total += folded
            if folded == 0 { return total }
        }
    }

    /// Detaches and drops partitions past what their table keeps; ends detaches that were interrupted.
    ///
    /// - Returns: partitions dropped.
    package func dropExpired() async throws -> Int64 {
        let expired = try await pool.query(SQLFile.query("upkeep/expired_partitions"))
        var dropped: Int64 = 0
        for row in expired {
            let parent: String = try row.get("relation")
            let partition: String = try row.get("partition")
            let way = try row.get("is_detaching", as: Bool.self) ? "FINALIZE" : "CONCURRENTLY"
            // Names come from the catalog, never from input. A DETACH … CONCURRENTLY must be a statement of its own.
            try await pool.withConnection { connection in
                try await connection.run(
                    "ALTER TABLE rt_log.\(quoted(parent)) DETACH PARTITION rt_log.\(quoted(partition)) \(way)"
                )
                try await connection.run("DROP TABLE rt_log.\(quoted(partition))")
            }
            logger.notice("dropped a partition", metadata: ["partition": "\(partition)", "of": "\(parent)"])
            dropped += 1
        }
        return dropped
    }

    private func rank() async throws -> Int64 {
        try await pool.query(SQLFile.query("upkeep/rank_domains"), [Self.minuteTier, Int32(6)]).one().get("joined")
    }

    private func quoted(_ identifier: String) -> String {
        "\"" + identifier.replacing("\"", with: "\"\"") + "\""
    }
}
