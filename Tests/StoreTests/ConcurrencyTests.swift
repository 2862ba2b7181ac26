import LogGenerator
import Foundation
import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// Readers, folds and collectors at once: whoever reads sees exact figures.
@Suite struct ConcurrencyTests {
    @Test func aReaderAlwaysSeesAllGrainsAgree() async throws {
        try await withScratchDatabase { database in
            let isOver = Shared(false)
            let reads = Shared(0)
            // Else the first events of a day would be seen in the delta alone by a reader that has just planned.
            try await database.pool(.superuser).run(
                "SELECT ops.ensure_partition('event', now() - n * interval '1 day') FROM generate_series(0, 4) AS n"
            )
            // The sources open one after the other; then everything happens at once.
            let sources = [try await TestSource(database, node: "mx1"), try await TestSource(database, node: "mx2")]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        let upkeep = Upkeep(database)
                        while !isOver.value { _ = try await upkeep.fold(grace: .zero) }
                    }
                }
                group.addTask {
                    let pool = database.pool(.superuser)
                    while !isOver.value || reads.value < 10 {
                        try await check(pool)
                        reads.change { $0 += 1 }
                    }
                }
                group.addTask {
                    try await withThrowingTaskGroup(of: Void.self) { collectors in
                        for (number, source) in sources.enumerated() {
                            collectors.addTask {
                                let random = SeededRandom(seed: UInt64(number))
                                var maker = TrafficMaker(
                                    random: random,
                                    now: Times.now(),
                                    domains: 300,
                                    lateDays: [1, 3]
                                )
                                for _ in 0..<25 {
                                    let outcome = try await source.feed((0..<40).map { _ in maker.event() })
                                    #expect(outcome == .committed)
                                }
                            }
                        }
                        try await collectors.waitForAll()
                    }
                    isOver.change { $0 = true }
                }
                try await group.waitForAll()
            }
            let pool = database.pool(.superuser)
            try await check(pool)
            #expect(try await pool.number("SELECT count(*) FROM rt_log.event") == 2000)
        }
    }

    /// All of one snapshot: the events, each grain of each family, and the report over everything.
    @Sendable private func check(_ pool: ConnectionPool) async throws {
        let measures =
            "("
            + Tally.columns.filter { $0.hasSuffix("s") && !$0.hasPrefix("bytes") && $0 != "deliveries_timed" }
            .filter { $0 != "deliveries_later" && $0 != "transient_failures_later" }
            .map { "coalesce(sum(\($0)), 0)" }.joined(separator: " + ")
            + " + coalesce(sum(rejections_5xx + rejections_4xx), 0))::bigint"
        let cubes = ["traffic", "domain", "wide"].flatMap { family in
            ["minute", "hour", "day"].map { "SELECT \(measures) AS n FROM report_v1.\(family)_by_\($0)" }
        }
        let everything = """
            SELECT count(*) AS n FROM rt_log.event WHERE kind NOT IN (11, 12)
            UNION ALL SELECT \(measures) FROM report_v1.traffic(now() - interval '10 days', now() + interval '1 day')
            UNION ALL
            """
        let rows = try await pool.query(everything + " " + cubes.joined(separator: " UNION ALL "))
        let totals: [Int64] = try rows.map { try $0.get("n") }
        #expect(Set(totals).count == 1, "\(totals)")
    }

    @Test func foldsAtOnceFoldEachRowOnce() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            var maker = TrafficMaker(
                random: SeededRandom(seed: 5),
                now: Times.now() - Times.hour,
                domains: 100,
                lateDays: [1]
            )
            for _ in 0..<5 { try await source.feed((0..<200).map { _ in maker.event() }) }
            let pool = database.pool(.superuser)
            let waiting = try await pool.number(
                "SELECT count(*) FROM rt_log.traffic_delta WHERE bucket < now() - interval '1 minute'"
            )
            let counted = try await pool.number("SELECT sum(deliveries) FROM report_v1.traffic_by_day")
            let folded = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<4 { group.addTask { try await Upkeep(database).fold(grace: .zero) } }
                return try await group.reduce(0, +)
            }
            #expect(folded == waiting)
            #expect(try await pool.number("SELECT sum(deliveries) FROM report_v1.traffic_by_day") == counted)
            let rollbacks = "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()"
            #expect(try await pool.number(rollbacks) == 0, "they wait for each other, and do not fail and try again")
        }
    }

    /// Else a reader that has planned, and has no snapshot yet, would see the rows in neither place.
    @Test func aFoldIntoNewPartitionsWaitsForThoseWhoPlannedWithoutThem() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            var event = TestEvent(.delivery, at: Times.now() - 3 * Times.day)
            event.domain = "late.example"
            try await source.feed([event])
            let pool = database.pool(.superuser)
            let reader = try await database.connect(.superuser)
            try await reader.run("BEGIN")
            try await reader.query("SELECT count(*) FROM report_v1.traffic_by_day")
            let isFolded = Shared(false)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let folded = try await Upkeep(database).fold(grace: .zero)
                    #expect(folded == 1)
                    isFolded.change { $0 = true }
                }
                try await eventually("the partition of three days ago") {
                    try await pool.query(
                        "SELECT ops.has_partition('wide_by_minute', now() - interval '3 days') AS yes"
                    ).one().get("yes")
                }
                #expect(!isFolded.value)
                #expect(try await pool.number("SELECT count(*) FROM rt_log.traffic_delta") == 1)
                try await reader.run("COMMIT")
                try await group.waitForAll()
            }
            #expect(try await pool.number("SELECT count(*) FROM rt_log.traffic_delta") == 0)
        }
    }

    @Test func aFoldThatFailsLeavesEverythingAsItWas() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let old = Times.now() - Times.hour
            try await source.feed((0..<10).map { _ in TestEvent(.delivery, at: old) })
            let pool = database.pool(.superuser)
            try await pool.run("ALTER TABLE rt_log.wide_by_hour ADD CONSTRAINT no CHECK (deliveries < 10)")
            let upkeep = Upkeep(database)
            _ = try await refusal { try await upkeep.fold(grace: .zero) }
            for cube in ["traffic_by_minute", "traffic_by_day", "wide_by_minute"] {
                #expect(try await pool.number("SELECT sum(deliveries) FROM report_v1.\(cube)") == 10)
            }
            try await pool.run("ALTER TABLE rt_log.wide_by_hour DROP CONSTRAINT no")
            #expect(try await upkeep.fold(grace: .zero) == 1)
        }
    }

    @Test func openMinutesStayInTheDelta() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let now = Times.now()
            try await source.feed([
                TestEvent(.delivery, at: now + 30 * Times.minute), TestEvent(.delivery, at: now - 10 * Times.minute),
            ])
            let upkeep = Upkeep(database)
            #expect(try await upkeep.fold(grace: .seconds(3600)) == 0)
            #expect(try await upkeep.fold() == 1)
            #expect(try await database.pool(.superuser).number("SELECT count(*) FROM rt_log.traffic_delta") == 1)
        }
    }
}
