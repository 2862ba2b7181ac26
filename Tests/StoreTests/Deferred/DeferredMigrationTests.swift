import Foundation
import LogGenerator
import PostgresClient
import ScratchPostgres
import Testing

@testable import Store

/// A real change of layout while everybody works: every report is right at every instant of it.
@Suite struct DeferredMigrationTests {
    /// Polls reports until told to stop: in new snapshots, in snapshots held over several polls, and in one of the beginning.
    private func poll(_ layout: LayoutOneDatabase, _ expected: String, until isOver: Shared<Bool>) async throws -> Int {
        let old = try await layout.database.connect(.superuser)
        try await old.run("BEGIN ISOLATION LEVEL REPEATABLE READ")
        var polls = 0
        #expect(try await layout.figures(old) == expected)
        let connection = try await layout.database.connect(.superuser)
        while !isOver.value {
            let found = try await layout.figures(connection)
            try #require(found == expected, "poll \(polls)")
            try await connection.transaction(isolation: .repeatableRead, readOnly: true) { held in
                for _ in 0..<2 {
                    let found = try await layout.figures(held)
                    #expect(found == expected)
                }
            }
            polls += 3
            // The old snapshot ends now and then, as a dump does: what is completed replaces views that it holds.
            if polls % 6 == 0 {
                #expect(try await layout.figures(old) == expected)
                try await old.run("COMMIT")
            } else if polls % 6 == 3, polls > 3 {
                try await old.run("BEGIN ISOLATION LEVEL REPEATABLE READ")
                #expect(try await layout.figures(old) == expected)
            }
        }
        #expect(try await layout.figures(old) == expected)
        try await old.rollback()
        return polls
    }

    @Test func everyPollIsRightWhateverIsKilledAndRolledBack() async throws {
        try await withScratchDatabase { database in
            let layout = try await LayoutOneDatabase(database, events: 4000, old: 40)
            let totals = "SELECT sum(receptions) * 1000003 + sum(deliveries) FROM "
            let counted = try await layout.pool.number(totals + "layout_1.statistics")
            let before = try await layout.oldRows()
            try await layout.migrate()
            let expected = try await layout.figures()
            #expect(try await layout.pool.number(totals + "report_v1.traffic('-infinity', now())") == counted)
            let isOver = Shared(false)
            let collector = try await RecordedCollector.open(database, node: "old")
            async let polls = poll(layout, expected, until: isOver)
            async let reports: Void = {
                while !isOver.value {
                    try await collector.report(20)
                    _ = try await Upkeep(database).fold(grace: .zero)
                }
            }()
            do {
                try await course(layout, before: before)
            } catch {
                isOver.change { $0 = true }
                throw error
            }
            isOver.change { $0 = true }
            #expect(try await polls > 12)
            try await reports
            try await collector.report(20)
            #expect(try await layout.figures() == expected)
            let committed = await collector.committed
            let reported = try await layout.pool.number(
                "SELECT sum(deliveries) FROM report_v1.traffic(now() - interval '1 hour', now() + interval '1 hour', only_node => 'old')"
            )
            #expect(reported == committed)
        }
    }

    /// Half of it, back again, and all of it.
    private func course(_ layout: LayoutOneDatabase, before: String) async throws {
        let control = DeferredMigrations(layout.pool)
        try await layout.workKilledEverywhere { $0.progress.rowsMoved > 4500 }
        #expect(try await control.rollBack() == ["layout 1"])
        try await layout.workKilledEverywhere { $0.state == .rolledBack }
        #expect(try await layout.oldRows() == before)
        #expect(try await layout.pool.number("SELECT count(*) FROM rt_log.event WHERE file_id < 0") == 0)

        #expect(try await control.resume() == ["layout 1"])
        try await workKilledByChance(layout)
        let moved = try await layout.migration()
        #expect(moved.run == 2)
        #expect(moved.progress.rowsMoved == moved.progress.rowsTotal)
        #expect(try await layout.oldRows() == "0 0 and 0 0")
        #expect(try await control.complete() == ["layout 1"])
        var session = try await layout.session()
        try await layout.work(&session, until: .done)
        #expect(try await control.rollBack().isEmpty)
        #expect(try await layout.pool.number("SELECT count(*) FROM pg_namespace WHERE nspname = 'layout_1'") == 0)
    }

    /// A manager's worker, whose sessions end at any time.
    private func workKilledByChance(_ layout: LayoutOneDatabase) async throws {
        var random = SeededRandom(seed: 11)
        var longest: Int64 = 120
        let killer = layout.database.pool(.superuser)
        while try await layout.migration().state != .moved {
            let worker = Task {
                var session = try await layout.session()
                while try await layout.migration().state == .moving { _ = try await session.round() }
            }
            let pause = Duration.milliseconds(Int64.random(in: 5...longest, using: &random))
            // On a busy machine a chunk takes longer than that.
            longest += 40
            try await ContinuousClock().sleep(for: pause)
            try await killer.query(
                """
                SELECT pg_terminate_backend(l.pid) FROM pg_locks AS l
                WHERE l.locktype = 'advisory' AND l.classid = $1 AND l.granted
                    AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
                """,
                [Int64(0x6D61_696C)]
            )
            // Killed, or done: what counts is the state.
            _ = await worker.result
        }
    }

    @Test func theServerMayCrashInBetween() async throws {
        let cluster = try await ScratchCluster.start()
        let database = try await cluster.makeDatabase()
        let layout = try await LayoutOneDatabase(database, events: 4000, old: 20)
        try await layout.migrate()
        let expected = try await layout.figures()
        for _ in 0..<2 {
            var session = try await layout.session()
            let working = Task { while true { _ = try await session.round() } }
            let moved = try await layout.migration().progress.rowsMoved
            try await eventually("a chunk") { try await layout.migration().progress.rowsMoved > moved }
            try await cluster.crash()
            _ = await working.result
            try await cluster.restart()
            #expect(try await layout.figures() == expected)
        }
        var session = try await layout.session()
        try await layout.work(&session, until: .moved)
        #expect(try await layout.figures() == expected)
        let moved = try await layout.migration()
        #expect(moved.progress.rowsMoved == moved.progress.rowsTotal)
    }
}
