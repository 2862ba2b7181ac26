internal import PostgresClient

extension Upkeep {
    /// Folds the delta and the events at once: they fill cubes of their own, and a backlog of both takes one core each.
    ///
    /// - Returns: delta rows folded, and rows written to event-fed cubes.
    func foldAll() async throws -> Int64 {
        async let delta = fold()
        async let events = foldEvents()
        return try await delta + events
    }

    /// Moves closed minutes from the delta into the cubes.
    ///
    /// - Parameter grace: a minute is closed that long after its end.
    /// - Returns: delta rows folded.
    package func fold(grace: Duration = .seconds(20)) async throws -> Int64 {
        var pace = FoldPace()
        var total: Int64 = 0
        while true {
            let part: [(any PostgresEncodable)?] = [Double(grace.components.seconds), pace.minutes]
            let made: Int64 =
                try await pool.query(SQLFile.query("upkeep/fold_partitions"), part).one().find("made") ?? 0
            if made > 0 { try await letReadersGo() }
            let begin = ContinuousClock.now
            let folded: Int64 = try await pool.withTransaction(isolation: .repeatableRead) { connection in
                // Before the first query: a snapshot taken while waiting would be of before the other's fold.
                try await connection.run(SQLFile.query("upkeep/lock_cubes"))
                return try await connection.query(SQLFile.query("upkeep/fold"), part).one().find("folded") ?? 0
            }
            pace.note(begin.duration(to: .now))
            total += folded
            if folded == 0, made == 0 { return total }
        }
    }

    /// Adds the events of closed minutes, and what came late, to the event-fed cubes.
    ///
    /// - Parameter grace: a minute is closed that long after its end.
    /// - Returns: cube rows written.
    /// - Throws: `StoreError.foldBlocked` if a commit does not end within half a minute.
    package func foldEvents(grace: Duration = .seconds(20)) async throws -> Int64 {
        var pace = FoldPace()
        var total: Int64 = 0
        var reached: Timestamp?
        while true {
            let part: [(any PostgresEncodable)?] = [Double(grace.components.seconds), pace.minutes]
            let closed: Timestamp = try await pool.query(SQLFile.query("upkeep/close_minutes"), part).one()
                .get("closed_to")
            let holders = try await remaining("upkeep/commit_holders", "holders", within: .seconds(30))
            guard holders.isEmpty else { throw StoreError.foldBlocked(transactions: holders.sorted()) }
            let made: Int64 = try await pool.query(SQLFile.query("upkeep/fact_partitions"), [closed]).one().get("made")
            if made > 0 { try await letReadersGo() }
            let begin = ContinuousClock.now
            let written: Int64 = try await pool.withTransaction(isolation: .repeatableRead) { connection in
                try await connection.run(SQLFile.query("upkeep/lock_fold_mark"))
                return try await connection.query(SQLFile.query("upkeep/fold_events"), [closed]).one().get("folded")
            }
            pace.note(begin.duration(to: .now))
            total += written
            if written == 0, closed == reached { return total }
            reached = closed
        }
    }

    /// Waits until the transactions that planned without the partitions that are new have ended, or have long had their
    /// snapshot (`rt_log.make_cube_partitions`).
    private func letReadersGo() async throws {
        _ = try await remaining("upkeep/cube_readers", "readers", within: .seconds(5))
    }

    /// Waits for the transactions that a query gives now to end.
    ///
    /// - Returns: those that have not ended in time.
    private func remaining(_ query: String, _ column: String, within limit: Duration) async throws -> Set<String> {
        func transactions() async throws -> Set<String> {
            Set(try await pool.query(SQLFile.query(query)).one().get(column, as: [String].self))
        }
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        var waiting = try await transactions()
        while !waiting.isEmpty, clock.now < deadline {
            try await clock.sleep(for: .milliseconds(10))
            waiting.formIntersection(try await transactions())
        }
        return waiting
    }
}
