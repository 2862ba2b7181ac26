import Foundation
import PostgresClient
import ScratchPostgres
import Testing

@testable import Store

/// How a worker treats rows that do not fit, people who pause it, and the disk.
@Suite struct MoveSessionTests {
    @Test func rowsThatDoNotFitGoToQuarantineAndBack() async throws {
        try await withScratchDatabase { database in
            let layout = try await LayoutOneDatabase(database, events: 3000, old: 10)
            try await layout.pool.run(
                """
                UPDATE layout_1.event SET recipient = 'nobody' WHERE event_id % 500 = 1;
                UPDATE layout_1.event SET kind = 'gone with the wind' WHERE event_id % 500 = 2;
                UPDATE layout_1.event SET sender = 'two@at@signs.example' WHERE event_id = 1500;
                """
            )
            let before = try await layout.oldRows()
            // What no condition foresaw fails when it is moved.
            try await layout.pool.run(
                """
                CREATE FUNCTION rt_log.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF new.file_id = -900 THEN RAISE EXCEPTION 'no room for 900' USING ERRCODE = 'check_violation'; END IF;
                    RETURN new;
                END
                $$;
                CREATE TRIGGER refuse BEFORE INSERT ON rt_log.event FOR EACH ROW EXECUTE FUNCTION rt_log.refuse();
                """
            )
            try await layout.migrate()
            var session = try await layout.session()
            try await layout.work(&session, until: .moved)
            let moved = try await layout.migration()
            #expect(moved.progress.rowsQuarantined == 14)
            #expect(moved.progress.rowsLeft == 0)
            let reasons = try await layout.pool.query("SELECT reason FROM ops.deferred_quarantine")
                .map { try $0.get("reason", as: String.self) }
            #expect(reasons.count(where: { $0 == "not an address: nobody" }) == 6)
            #expect(reasons.count(where: { $0 == "not a kind: gone with the wind" }) == 6)
            #expect(reasons.contains("no room for 900"))
            #expect(reasons.contains { $0.contains("came back from the new layout") }, "\(reasons)")

            #expect(try await DeferredMigrations(layout.pool).rollBack("layout 1") == ["layout 1"])
            try await layout.work(&session, until: .rolledBack)
            #expect(try await layout.oldRows() == before)
            #expect(try await layout.pool.number("SELECT count(*) FROM ops.deferred_quarantine") == 0)
        }
    }

    @Test func onePersonMayPauseItAndAnotherLetItGoOn() async throws {
        try await withScratchDatabase { database in
            let layout = try await LayoutOneDatabase(database, events: 9000, old: 10)
            try await layout.migrate()
            let control = DeferredMigrations(layout.pool)
            var session = try await layout.session()
            #expect(try await session.round() == .went(rest: .zero), "counts first")
            #expect(try await layout.migration().progress.rowsTotal == nil, "the second step is not counted yet")
            _ = try await session.round()
            #expect(try await control.pause("another").isEmpty)
            #expect(try await control.pause() == ["layout 1"])
            let moved = try await layout.migration().progress.rowsMoved
            #expect(moved > 0)
            for _ in 0..<3 { #expect(try await session.round() == .waits(.seconds(1))) }
            #expect(try await layout.migration().progress.rowsMoved == moved)
            // Whoever had cut its chunk before sees the pause at the claim.
            let row = try await layout.pool.query(
                SQLFile.query("deferred/move"),
                ["layout 1", Int16(1), Int32(10), false]
            ).one()
            #expect(try row.find("moved", as: Int64.self) == nil)
            #expect(try await control.resume("layout 1") == ["layout 1"])
            #expect(try await control.limit(rowsPerSecond: 100) == ["layout 1"])
            let start = ContinuousClock.now
            guard case .went(let rest) = try await session.round() else {
                Issue.record("it did not go on")
                return
            }
            let took = rest + (ContinuousClock.now - start)
            #expect(took > .milliseconds(900), "a hundred rows take a second, rest and all")
            #expect(try await layout.migration().progress.rowsMoved == moved + 100)
            #expect(try await control.limit(rowsPerSecond: nil) == ["layout 1"])
            try await layout.work(&session, until: .moved)
            #expect(try await session.round() == .waits(.seconds(5)), "there is a day to change one's mind")
        }
    }

    @Test func onlyOneWorksAtATime() async throws {
        try await withScratchDatabase { database in
            let layout = try await LayoutOneDatabase(database, events: 10, old: 0)
            let first = try await layout.session()
            let second = try await MoveSession.begin(
                database.settings(.owner),
                MoveSettings(),
                LayoutOneDatabase.logger
            )
            #expect(second == nil)
            withExtendedLifetime(first) {}
        }
    }

    @Test func itWaitsForWhatSpeaksAgainstItAndSaysSo() async throws {
        try await withScratchDatabase { database in
            let layout = try await LayoutOneDatabase(database, events: 3000, old: 10)
            try await layout.migrate()
            let room = Shared(DiskRoom(free: 1 << 20, reserve: 1 << 19))
            var session = try await layout.session(MoveSettings(disk: { room.value }))
            _ = try await session.round()
            guard case .waits = try await session.round() else {
                Issue.record("it did not wait for the disk")
                return
            }
            var migration = try await layout.migration()
            #expect(migration.heldBy?.hasPrefix("disk: 1 MiB free") == true)
            #expect(migration.heldSince != nil)
            #expect(try #require(migration.extraBytes) >= 16 << 20)
            room.change { $0.free = 1 << 40 }
            try await IngestGate(layout.pool).close(reason: "a test")
            _ = try await session.round()
            #expect(try await layout.migration().heldBy == "ingest: is stopped (a test)")
            try await IngestGate(layout.pool).open()
            // Row by row, so that some are left when it has lasted long enough.
            _ = try await DeferredMigrations(layout.pool).limit(rowsPerSecond: 1)
            let collector = try await database.connect(.collector)
            try await collector.run("BEGIN; SELECT 1")
            try await eventually("a commit that lasts") {
                _ = try await session.round()
                return try await layout.migration().heldBy?.hasPrefix("ingest: a commit has lasted") == true
            }
            try await collector.run("COMMIT")
            // Other tests make checkpoints, which hold it for a moment too.
            try await eventually("the next chunk") {
                _ = try await session.round()
                return try await layout.migration().heldBy == nil
            }
            migration = try await layout.migration()
            #expect(migration.heldSince == nil)
            #expect(migration.progress.rowsMoved > 0)
        }
    }

    @Test func theDiskThatItNeedsIsWhatItSaid() async throws {
        try await withScratchDatabase { database in
            let layout = try await LayoutOneDatabase(database, events: 300_000, old: 10)
            try await layout.migrate()
            try await layout.pool.run("VACUUM layout_1.event, layout_1.statistics")
            let size = "SELECT pg_database_size(current_database())"
            let start = try await layout.pool.number(size)
            let table = try await layout.pool.number("SELECT pg_total_relation_size('layout_1.event')")
            var peak = start
            var session = try await layout.session()
            while try await layout.migration().state == .moving {
                _ = try await session.round()
                peak = max(peak, try await layout.pool.number(size))
            }
            let said = try #require(try await layout.migration().extraBytes)
            let wal = try await layout.pool.number("SELECT pg_size_bytes(current_setting('max_wal_size'))")
            // The rows themselves may take more in the new layout than in the old one.
            let rows = max(start, try await layout.pool.number(size))
            #expect(peak - rows <= said - wal, "\((peak - rows) >> 20) MiB, of a table of \(table >> 20) MiB")
            #expect(said - wal < table / 2, "else it would prove nothing")
        }
    }

    @Test func theNextReleasesMigrationsRunBesideIt() async throws {
        try await withScratchDatabase { database in
            let layout = try await LayoutOneDatabase(database, events: 3000, old: 10)
            try await layout.migrate()
            var session = try await layout.session()
            for _ in 0..<2 { _ = try await session.round() }
            let migrations = Migrations(layout.pool)
            try await migrations.check()
            #expect(try await migrations.run().isEmpty)
            #expect(try await layout.migration().state == .moving)
        }
    }
}
