internal import Logging
internal import PostgresClient

extension Upkeep {
    /// Takes over how long things are kept, and then drops what is past.
    ///
    /// - Returns: partitions dropped.
    package func retain(_ rules: RetentionRules) async throws -> Int64 {
        let kept = RetentionRules.Grain.allCases.map { rules.kept($0) }
        let changed: Int64 = try await pool.query(SQLFile.query("retention/set"), kept).one().get("changed")
        if changed > 0 { logger.notice("retention was changed", metadata: ["tables": "\(changed)"]) }
        let dropped = try await dropExpired()
        if let budget = rules.eventBytes {
            let moved = try await pool.query(SQLFile.query("retention/budget"), [budget]).first
            if moved != nil {
                logger.warning(
                    "events take more than their disk budget: the oldest days go",
                    metadata: ["bytes": "\(budget)"]
                )
            }
        }
        return dropped
    }

    /// Detaches and drops partitions past what their table keeps, ends detaches that were interrupted, and then moves
    /// the tables' horizons on. What has just expired is dropped at the next run, when nobody reads it any more.
    ///
    /// A partition that cannot be detached in time, because a session holds its table open, stops no other; its error is
    /// thrown at the end.
    ///
    /// - Parameter lockTimeout: how long to wait for other sessions, for each partition.
    /// - Returns: partitions dropped.
    package func dropExpired(lockTimeout: Duration = .seconds(10)) async throws -> Int64 {
        var settings = pool.settings
        settings.parameters["lock_timeout"] = String(lockTimeout.components.seconds * 1000)
        let connection = try await Connection.connect(settings)
        let start = ContinuousClock.now
        var (dropped, freed): (Int64, Int64) = (0, 0)
        var failure: PostgresClientError?
        for row in try await connection.query(SQLFile.query("upkeep/expired_partitions")) {
            let partition = try ExpiredPartition(row)
            do {
                try await remove(partition, on: connection)
                guard partition.isExpired else { continue }
                dropped += 1
                freed += partition.bytes
            } catch let error as PostgresClientError where !error.isOutage {
                failure = failure ?? error
            }
        }
        try await connection.query(SQLFile.query("upkeep/advance_horizons"))
        let took = (ContinuousClock.now - start) / .milliseconds(1)
        try await connection.query(
            SQLFile.query("retention/record"),
            [Int64(took), Int32(dropped), freed, failure.map { "\($0)" }]
        )
        if let failure { throw failure }
        return dropped
    }

    /// A `DETACH … CONCURRENTLY` must be a statement of its own. It holds up no reader and no writer.
    private func remove(_ partition: ExpiredPartition, on connection: Connection) async throws {
        if let way = partition.detachment {
            try await connection.run("ALTER TABLE \(partition.parent) DETACH PARTITION \(partition.name) \(way)")
        }
        guard partition.isExpired else { return }
        try await connection.run("DROP TABLE \(partition.name)")
        logger.notice("dropped a partition", metadata: ["partition": "\(partition.name)", "of": "\(partition.parent)"])
    }
}

/// A row of `upkeep/expired_partitions`. Names come from the catalog, never from input.
private struct ExpiredPartition {
    let parent: String
    let name: String
    /// How to detach it; nil where it is detached already.
    let detachment: String?
    let isExpired: Bool
    let bytes: Int64

    init(_ row: Row) throws {
        func quoted(_ column: String) throws -> String {
            "rt_log.\"" + (try row.get(column, as: String.self)).replacing("\"", with: "\"\"") + "\""
        }
        parent = try quoted("relation")
        name = try quoted("partition")
        isExpired = try row.get("is_expired")
        bytes = try row.get("bytes")
        let isAttached: Bool = try row.get("is_attached")
        detachment = try isAttached ? (row.get("is_detaching", as: Bool.self) ? "FINALIZE" : "CONCURRENTLY") : nil
    }
}
