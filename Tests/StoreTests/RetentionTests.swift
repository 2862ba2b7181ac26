import Foundation
import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// What is past goes, and nothing else does.
@Suite struct RetentionTests {
    /// The clock has run on for two days, and was looked at an hour ago.
    private static let steady =
        "UPDATE ops.clock SET checked_at = now() - interval '1 hour', steady_since = now() - interval '2 days'"

    /// Makes partitions of that many days ago.
    private func make(_ pool: ConnectionPool, _ relation: String, daysAgo: [Int]) async throws {
        for days in daysAgo {
            try await pool.query(
                "SELECT ops.ensure_partition($1, now() - make_interval(days => $2))",
                [relation, Int32(days)]
            )
        }
    }

    /// How many days ago the days of a table's partitions were.
    private func daysAgo(_ pool: ConnectionPool, _ relation: String) async throws -> [Int] {
        let rows = try await pool.query(
            """
            SELECT (now() AT TIME ZONE 'UTC')::date - to_date(right(relname, 8), 'YYYYMMDD') AS days FROM pg_class
            WHERE relkind = 'r' AND relname ~ ('^' || $1 || '_[0-9]{8}$') ORDER BY 1
            """,
            [relation]
        )
        return try rows.map { try $0.get("days") }
    }

    @Test func onlyWhatIsPastIsDropped() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.owner)
            try await make(pool, "event", daysAgo: [0, 1, 13, 14, 15, 16, 400])
            try await make(pool, "traffic_by_minute", daysAgo: [0, 59, 60, 61, 62])
            try await make(pool, "quarantine", daysAgo: [0, 30, 31])
            let upkeep = Upkeep(database)
            try await pool.run(Self.steady)
            // What expires now is dropped the next time, when nobody reads by the old horizon any more.
            #expect(try await upkeep.dropExpired() == 0)
            #expect(try await upkeep.dropExpired() == 6)
            #expect(try await daysAgo(pool, "event") == [0, 1, 13, 14])
            #expect(try await daysAgo(pool, "traffic_by_minute") == [0, 59, 60])
            #expect(try await daysAgo(pool, "quarantine") == [0, 30])
            #expect(try await upkeep.dropExpired() == 0)
        }
    }

    @Test func monthsGoWhenAllOfTheirDaysArePast() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.owner)
            try await pool.run(
                """
                SELECT ops.ensure_partition('traffic_by_hour', now() - interval '2 years');
                SELECT ops.ensure_partition('traffic_by_hour', now() - interval '2 years' - interval '1 month');
                """
            )
            let upkeep = Upkeep(database)
            try await pool.run(Self.steady)
            _ = try await upkeep.dropExpired()
            #expect(try await upkeep.dropExpired() == 1)
            let held = "SELECT (ops.ensure_partition('traffic_by_hour', now() - interval '2 years'))::integer"
            #expect(try await pool.number(held) == 0)
        }
    }

    /// On a clock that jumped three years ahead everything looks past.
    @Test func aClockThatJumpedDropsNothingForADay() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.owner)
            let upkeep = Upkeep(database)
            let source = try await TestSource(database)
            try await make(pool, "event", daysAgo: [0, 5, 10])
            try await make(pool, "traffic_by_minute", daysAgo: [40])
            let old = Times.now() - 10 * Times.day
            try await source.feed([TestEvent(.delivery, at: old)])
            // As if the days above were 1100 days younger when retention looked last, and the collector reports by the
            // wrong clock too.
            try await pool.run(
                """
                UPDATE ops.partitioned_table SET kept_since = ops.partition_start(step, now() - interval '1100 days' - kept_for);
                UPDATE ops.partitioned_table SET kept_for = '1 day' WHERE relation IN ('event', 'traffic_by_minute');
                UPDATE ops.clock SET checked_at = now() - interval '1100 days', steady_since = now() - interval '1200 days';
                """
            )
            try await source.session.report(readUpTo: .now, lagBytes: 0, lastError: nil)
            for _ in 0..<3 { #expect(try await upkeep.dropExpired() == 0) }
            #expect(try await daysAgo(pool, "event") == [0, 5, 10])
            // Late events are still kept raw: the horizon has not moved either.
            try await source.feed([TestEvent(.delivery, at: old)])
            #expect(try await pool.number("SELECT count(*) FROM rt_log.event") == 2)
            // A day later it is believed; but what is not folded stays.
            try await pool.run(Self.steady)
            #expect(try await upkeep.dropExpired() == 0)
            #expect(try await upkeep.dropExpired() == 1)
            #expect(try await daysAgo(pool, "event") == [0, 5, 10])
            _ = try await upkeep.foldEvents()
            #expect(try await upkeep.dropExpired() == 0)
            #expect(try await upkeep.dropExpired() == 2)
            #expect(try await daysAgo(pool, "event") == [0])
        }
    }

    @Test func aClockThatWentBackDropsNothingThatIsNotPast() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.owner)
            try await make(pool, "event", daysAgo: [0, 13, 20])
            // It was believed to be three years later for a while.
            try await pool.run(
                """
                UPDATE ops.partitioned_table SET kept_since = ops.partition_start(step, now() + interval '1100 days');
                UPDATE ops.clock SET checked_at = now() + interval '1100 days', steady_since = now() + interval '1000 days';
                """
            )
            let upkeep = Upkeep(database)
            for _ in 0..<2 { _ = try await upkeep.dropExpired() }
            #expect(try await daysAgo(pool, "event") == [0, 13])
            let source = try await TestSource(database)
            try await source.feed([TestEvent(.delivery, at: Times.now() - 10 * Times.day)])
            #expect(try await pool.number("SELECT count(*) FROM rt_log.event") == 1)
        }
    }

    @Test func anInterruptedDetachIsEnded() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.owner)
            try await make(pool, "event", daysAgo: [0, 13, 20, 25, 30])
            let upkeep = Upkeep(database)
            try await pool.run(Self.steady)
            _ = try await upkeep.dropExpired()
            let reader = try await database.connect(.superuser)
            try await reader.run("BEGIN; SELECT count(*) FROM rt_log.event")
            // Not the oldest: an archive was imported after it was interrupted.
            let child = try await pool.query(
                "SELECT 'rt_log.event_' || to_char(now() - interval '25 days', 'YYYYMMDD') AS name"
            ).one().get("name", as: String.self)
            let detaching = Task {
                try await pool.run("ALTER TABLE rt_log.event DETACH PARTITION \(child) CONCURRENTLY")
            }
            try await eventually("a detach that waits") {
                try await reader.query("SELECT count(*) AS n FROM pg_inherits WHERE inhdetachpending").one()
                    .get("n", as: Int.self) == 1
            }
            detaching.cancel()
            _ = await detaching.result
            try await reader.run("COMMIT")
            #expect(try await upkeep.dropExpired() == 3)
            #expect(try await daysAgo(pool, "event") == [0, 13])
        }
    }

    @Test func aTableThatWasDetachedAndNotDroppedIsDropped() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.owner)
            try await make(pool, "event", daysAgo: [0, 20])
            let child = try await pool.query(
                "SELECT 'rt_log.event_' || to_char(now() - interval '20 days', 'YYYYMMDD') AS name"
            ).one().get("name", as: String.self)
            try await pool.run("ALTER TABLE rt_log.event DETACH PARTITION \(child)")
            let upkeep = Upkeep(database)
            try await pool.run(Self.steady)
            _ = try await upkeep.dropExpired()
            #expect(try await upkeep.dropExpired() == 1)
            #expect(try await daysAgo(pool, "event") == [0])
        }
    }

    @Test func aSessionThatHoldsATableOpenStopsNeitherIngestNorTheOtherTables() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.owner)
            try await make(pool, "event", daysAgo: [0, 20])
            try await make(pool, "quarantine", daysAgo: [0, 40])
            let upkeep = Upkeep(database)
            try await pool.run(Self.steady)
            _ = try await upkeep.dropExpired()
            let holder = try await database.connect(.superuser)
            try await holder.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM rt_log.event")
            let source = try await TestSource(database)
            async let retention = refusal { try await upkeep.dropExpired(lockTimeout: .seconds(1)) }
            for _ in 0..<20 { #expect(try await source.feed([TestEvent(.delivery, at: Times.now())]) == .committed) }
            #expect(try await retention.sqlState == .lockNotAvailable)
            #expect(try await daysAgo(pool, "quarantine") == [0])
            try await holder.run("COMMIT")
            #expect(try await upkeep.dropExpired() == 1)
            #expect(try await daysAgo(pool, "event") == [0])
        }
    }
}
