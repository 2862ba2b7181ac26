import Foundation
import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// How long things are kept is a setting, and what was dropped is told.
@Suite struct RetentionRulesTests {
    private static let steady =
        "UPDATE ops.clock SET checked_at = now() - interval '1 hour', steady_since = now() - interval '2 days'"

    private func keptDays(_ pool: ConnectionPool, _ relation: String) async throws -> Int64 {
        try await pool.number(
            "SELECT extract(epoch FROM kept_for) / 86400 FROM ops.partitioned_table WHERE relation = $1",
            [relation]
        )
    }

    @Test func eachGrainIsKeptAsLongAsItsSettingSays() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.owner)
            var rules = RetentionRules()
            (rules.events, rules.minutes, rules.hours, rules.days) = (7, 30, 400, 1000)
            _ = try await Upkeep(database).retain(rules)
            #expect(try await keptDays(pool, "event") == 7)
            #expect(try await keptDays(pool, "traffic_by_minute") == 30)
            #expect(try await keptDays(pool, "traffic_by_hour") == 400)
            #expect(try await keptDays(pool, "traffic_by_day") == 1000)
            #expect(try await keptDays(pool, "every_domain_by_hour") == 8, "a day longer than events")
            #expect(try await keptDays(pool, "reason_by_8_days") == 1090, "months have 30 days here")
            #expect(try await keptDays(pool, "quarantine") == 30, "goes by no setting")
            // Again, and back: what a table is kept as was told once and for all.
            _ = try await Upkeep(database).retain(RetentionRules())
            #expect(try await keptDays(pool, "event") == 14)
            #expect(try await keptDays(pool, "traffic_by_day") == 3653)
        }
    }

    @Test func aShorterTimeOfKeepingWaitsForTheClockLikeEveryOther() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.owner)
            try await pool.run(
                "SELECT ops.ensure_partition('event', now() - n * interval '1 day') FROM generate_series(0, 10) AS n"
            )
            var rules = RetentionRules()
            rules.events = 5
            let upkeep = Upkeep(database)
            for _ in 0..<3 { #expect(try await upkeep.retain(rules) == 0) }
            try await pool.run(Self.steady)
            _ = try await upkeep.foldEvents()
            #expect(try await upkeep.retain(rules) == 0)
            #expect(try await upkeep.retain(rules) == 5)
        }
    }

    /// Makes days of events, each of some rows.
    private func fill(_ database: ScratchDatabase, daysAgo: [Int], rows: Int) async throws {
        for days in daysAgo {
            try await database.pool(.owner).query(
                """
                WITH made AS (SELECT ops.ensure_partition('event', now() - make_interval(days => $1)) AS made)
                SELECT made FROM made
                """,
                [Int32(days)]
            )
            try await database.pool(.owner).query(
                """
                INSERT INTO rt_log.event (
                    occurred_at, message_hash, recipient_hash, sender_hash, file_id, domain_id, sender_domain_id, binding_id,
                    host_id, node_id, kind, message_id, recipient_local, sender_local, reply
                )
                SELECT date_trunc('day', now(), 'UTC') - make_interval(days => $1), n, n, n, 1, 0, 0, 0, 0, 1, 2, '', '', '', repeat('x', 900)
                FROM generate_series(1, $2::integer) AS n
                """,
                [Int32(days), Int32(rows)]
            )
        }
    }

    @Test func theOldestDaysGoWhenEventsTakeMoreThanTheirBudget() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.owner)
            try await fill(database, daysAgo: [0, 1, 2, 3, 4], rows: 2000)
            let day = try await pool.number(
                "SELECT bytes FROM ops.partition WHERE relation = 'event' ORDER BY lower_bound LIMIT 1"
            )
            var rules = RetentionRules()
            let upkeep = Upkeep(database)
            rules.eventBytes = day * 6
            #expect(try await upkeep.retain(rules) == 0)
            #expect(try await upkeep.retain(rules) == 0)
            rules.eventBytes = day * 7 / 2
            // The horizon first, for those who read; then the days.
            #expect(try await upkeep.retain(rules) == 0)
            #expect(try await upkeep.retain(rules) == 2)
            let held = "SELECT count(*) FROM ops.partition WHERE relation = 'event' AND has_rows"
            #expect(try await pool.number(held) == 3)
            let horizon =
                "SELECT (date_trunc('day', now(), 'UTC') - rt_log.horizon('event') = interval '2 days')::integer"
            #expect(try await pool.number(horizon) == 1)
            rules.eventBytes = 1
            _ = try await upkeep.retain(rules)
            #expect(try await upkeep.retain(rules) == 1, "the last two days stay, whatever they take")
            #expect(try await pool.number(held) == 2)
            // A late event of a day that had to go is counted, and not kept raw; nothing fails.
            let source = try await TestSource(database)
            let late = Times.now() - 4 * Times.day
            #expect(try await source.feed([TestEvent(.delivery, at: late)]) == .committed)
            #expect(
                try await pool.number("SELECT count(*) FROM rt_log.event WHERE file_id > 1 OR message_hash = 0") == 0
            )
            #expect(try await pool.number("SELECT sum(deliveries) FROM rt_log.traffic_delta") == 1)
            let runs = try await Retention(pool).lastRuns()
            #expect(runs.count == 2)
            #expect(runs.last?.dropped == 1)
            #expect(try #require(runs.last).freedBytes >= day)
        }
    }

    @Test func whatIsStoredIsToldByTable() async throws {
        try await withScratchDatabase { database in
            try await fill(database, daysAgo: [0, 1, 2], rows: 1000)
            let storage = try await Retention(database.pool(.report)).storage()
            let events = try #require(storage.first { $0.name == "event" })
            #expect(events.partitions == 3)
            #expect(events.keptDays == 14)
            #expect(events.bytes > 2_700_000)
            #expect(events.bytesPerDay > 900_000 && events.bytesPerDay < 2_000_000)
            let oldest = try #require(events.oldest)
            let drop = try #require(events.nextDropAt)
            #expect(drop.timeIntervalSince(oldest) == 15 * 86_400)
            let all = try await database.pool(.superuser).number("SELECT pg_database_size(current_database())")
            let sum = storage.reduce(0) { $0 + $1.bytes }
            #expect(abs(sum - all) < 1 << 20)
        }
    }

    // MARK: - The forecast

    private static let gigabyte: Int64 = 1 << 30

    private static func forecast() -> StorageForecast {
        StorageForecast([
            StoredRelation(
                name: "event",
                keptAs: .events,
                keptDays: 14,
                bytes: 7 * gigabyte,
                bytesPerDay: Double(gigabyte)
            ),
            StoredRelation(
                name: "traffic_by_hour",
                keptAs: .hours,
                keptDays: 730,
                bytes: gigabyte,
                bytesPerDay: Double(gigabyte) / 10
            ),
            StoredRelation(name: "everything else", bytes: gigabyte),
        ])
    }

    @Test func eachGrainGrowsUntilAsMuchGoesAsComes() {
        let forecast = Self.forecast()
        let gigabyte = Double(Self.gigabyte)
        #expect(forecast.steadyBytes == gigabyte * (14 + 73 + 1))
        #expect(forecast.bytes(after: 7) == gigabyte * (14 + 1.7 + 1))
        #expect(forecast.bytes(after: 14) == gigabyte * (14 + 2.4 + 1))
        #expect(abs(forecast.bytes(after: 3000) - forecast.steadyBytes) < 1)
    }

    @Test func theDayTheDiskFillsIsTheFirstThatIsTooMuch() {
        let forecast = Self.forecast()
        #expect(forecast.daysUntilFull(room: 80 * Self.gigabyte) == nil)
        #expect(forecast.daysUntilFull(room: 0) == 0)
        #expect(forecast.daysUntilFull(room: Self.gigabyte) == 1)
        // Seven days of events, then a tenth a day.
        #expect(forecast.daysUntilFull(room: 10 * Self.gigabyte) == 31)
    }

    @Test func aShorterTimeOfKeepingGivesSomethingBack() {
        let forecast = Self.forecast()
        var rules = RetentionRules()
        (rules.events, rules.hours) = (3, 730)
        let changed = forecast.keeping(rules)
        #expect(forecast.bytes - changed.bytes == 4 * Self.gigabyte)
        #expect(forecast.steadyBytes - changed.steadyBytes == 11 * Double(Self.gigabyte))
        rules.events = 30
        #expect(forecast.keeping(rules).bytes == forecast.bytes)
        #expect(forecast.keeping(rules).steadyBytes > forecast.steadyBytes)
    }

    @Test func timesOfKeepingThatReportsCannotUseAreRefused() {
        var rules = RetentionRules()
        #expect(rules.problem == nil)
        rules.events = 1
        #expect(rules.problem != nil)
        (rules.events, rules.minutes) = (14, 13)
        #expect(rules.problem?.contains("longer than minutes (13)") == true)
        (rules.minutes, rules.eventBytes) = (60, 1 << 20)
        #expect(rules.problem != nil)
    }
}
