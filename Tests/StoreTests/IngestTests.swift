import Foundation
import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// The contract with collectors: exactly once, whatever happens.
@Suite struct IngestTests {
    private func events(_ count: Int, at: Int64 = Times.now()) -> [TestEvent] {
        (0..<count).map { _ in TestEvent(.delivery, at: at) }
    }

    /// What all cubes and the events hold together.
    private func totals(_ pool: ConnectionPool) async throws -> [Int64] {
        [
            try await pool.number("SELECT count(*) FROM rt_log.event"),
            try await pool.number("SELECT coalesce(sum(deliveries), 0) FROM rt_log.traffic_delta"),
            try await pool.number("SELECT coalesce(sum(position), 0) FROM ops.source_file"),
            try await pool.number("SELECT coalesce(sum(events), 0) FROM ops.source_file"),
            try await pool.number("SELECT count(*) FROM rt_log.quarantine"),
        ]
    }

    @Test func aBatchIsCountedAndItsPositionMoves() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            #expect(try await source.feed(events(3)) == .committed)
            let pool = database.pool(.superuser)
            #expect(try await totals(pool) == [3, 3, source.position.value, 3, 0])
            let again = try await TestSource(database)
            #expect(again.file.position == source.position.value)
            #expect(again.file.fileID == source.file.fileID)
        }
    }

    @Test func theMarksOfABatchAreKeptWithItOrNotAtAll() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            var batch = source.next(events(2))
            batch.contentHash = .max
            batch.marks = [ContentMark(position: 8192, hash: 7), ContentMark(position: 16384, hash: .max)]
            #expect(try await source.session.commit(batch) == .committed)
            #expect(try await source.session.marks(of: source.file.fileID) == batch.marks)
            let again = try await TestSource(database)
            #expect(again.file.contentHash == .max)
            var second = batch
            second.marks = [ContentMark(position: 32768, hash: 1)]
            #expect(try await again.session.commit(second) == .conflict)
            #expect(try await again.session.marks(of: source.file.fileID) == batch.marks)
        }
    }

    @Test func theSameBatchAgainIsAConflictAndCountsNothing() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let batch = source.next(events(5))
            #expect(try await source.session.commit(batch) == .committed)
            let pool = database.pool(.superuser)
            let before = try await totals(pool)
            #expect(try await source.session.commit(batch) == .conflict)
            #expect(try await totals(pool) == before)
            // The session goes on.
            source.position.change { $0 = batch.to }
            #expect(try await source.feed(events(1)) == .committed)
        }
    }

    @Test(arguments: [-1, 1, 1_000_000]) func aBatchFromElsewhereIsAConflict(shift: Int64) async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            try await source.feed(events(2))
            let pool = database.pool(.superuser)
            let before = try await totals(pool)
            let batch = EventBatch.of(events(2), file: source.file, from: source.position.value + shift)
            #expect(try await source.session.commit(batch) == .conflict)
            #expect(try await totals(pool) == before)
        }
    }

    @Test func anUnknownFileIsAConflict() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            var stranger = source.file
            stranger.fileID += 1000
            let batch = EventBatch.of(events(1), file: stranger, from: 0)
            #expect(try await source.session.commit(batch) == .conflict)
        }
    }

    @Test func anOlderCollectorIsRefusedAfterANewerOneOpened() async throws {
        try await withScratchDatabase { database in
            let old = try await TestSource(database)
            try await old.feed(events(1))
            let new = try await TestSource(database)
            let before = try await totals(database.pool(.superuser))
            #expect(try await old.feed(events(1)) == .conflict)
            #expect(try await totals(database.pool(.superuser)) == before)
            let error = try await refusal { try await old.session.register(name: "x", fingerprint: .ofTests) }
            #expect(error.sqlState == SQLState("MM001"))
            #expect(try await new.feed(events(1)) == .committed)
        }
    }

    @Test func aSourceDoesNotReachAnothersFile() async throws {
        try await withScratchDatabase { database in
            let one = try await TestSource(database, node: "mx1")
            let other = try await TestSource(database, node: "mx2")
            let batch = EventBatch.of(events(1), file: other.file, from: 0)
            #expect(try await one.session.commit(batch) == .conflict)
            #expect(try await database.pool(.superuser).number("SELECT count(*) FROM rt_log.event") == 0)
        }
    }

    @Test func aFileIsFoundByItsHeadThoughAnOpeningTellsOfLaterOnesOnly() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let other = try await TestSource(database, node: "mx2")
            #expect(try await source.feed(events(3)) == .committed)
            var longer = FileFingerprint.ofTests
            longer.headHash[0] = 99
            longer.headLength += 1
            let archive = try await TestSource(database, name: "import")
            let imported = try await archive.session.register(name: "longer", fingerprint: longer)
            for number in 0..<2 {
                var later = FileFingerprint.ofTests
                later.headHash[0] = UInt8(number + 2)
                _ = try await source.session.register(name: "later", fingerprint: later)
            }
            let again = try await TestSource(database, most: 1)
            #expect(again.told.map(\.name) == ["later", "longer"])
            let unknown = [UInt8](repeating: 0, count: 32)
            let mine = FileFingerprint.ofTests.headHash
            let found = try #require(try await again.session.lookUp(headHashes: [unknown, mine]))
            #expect(found.fileID == source.file.fileID)
            #expect(found.position == source.position.value)
            #expect(try await again.session.lookUp(headHashes: [unknown]) == nil)
            // The longest beginning tells most, whoever has counted it.
            let longest = try await again.session.lookUp(headHashes: [mine, longer.headHash])
            #expect(longest?.fileID == imported.fileID)
            #expect(longest?.isImported == true)
            let others = try await other.session.lookUp(headHashes: [mine])
            #expect(others?.fileID == other.file.fileID)
        }
    }

    @Test func aLostAcknowledgementIsFoundOutByThePosition() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let pool = database.pool(.superuser)
            let batch = source.next(events(4))
            #expect(try await source.session.commit(batch) == .committed)
            // The answer was lost: the collector opens again, reads the position, and does not send the batch again.
            let again = try await TestSource(database)
            #expect(again.file.position == batch.to)
            // Whoever sends it all the same is told.
            #expect(try await again.session.commit(batch) == .conflict)
            #expect(try await totals(pool) == [4, 4, batch.to, 4, 0])
        }
    }

    @Test func aConnectionThatBreaksBeforeCommitLeavesNothing() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let pool = database.pool(.superuser)
            // The batch waits behind a lock; then its backend is shot.
            let holder = try await database.connect(.superuser)
            try await holder.run("BEGIN; LOCK TABLE rt_log.quarantine")
            let waits = "datname = current_database() AND wait_event_type = 'Lock'"
            var batch = source.next(events(4))
            batch.unread = [LineUnread(position: 0, text: batch.append("??"), reason: .impossibleTime)]
            let sent = batch
            let task = Task { try await source.session.commit(sent) }
            try await eventually("a batch that waits") {
                try await pool.number("SELECT count(*) FROM pg_stat_activity WHERE \(waits)") > 0
            }
            try await holder.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE \(waits)"
            )
            let error = await #expect(throws: PostgresClientError.self) { try await task.value }
            #expect(error?.isOutage == true)
            try await holder.run("ROLLBACK")
            #expect(try await totals(pool) == [0, 0, 0, 0, 0])
            let again = try await TestSource(database)
            #expect(again.file.position == 0)
            #expect(try await again.session.commit(sent) == .committed)
            #expect(try await totals(pool) == [4, 4, sent.to, 4, 1])
        }
    }

    @Test func twoCollectorsRacingOnOneFileCountEveryBatchOnce() async throws {
        try await withScratchDatabase { database in
            let batches = 25
            let each = 20
            @Sendable func race() async throws {
                var source = try await TestSource(database)
                while true {
                    let done = source.position.value / 1000
                    if done >= batches { return }
                    // Batches are the same whoever makes them: file positions 0, 1000, 2000, …
                    var batch = source.next(events(each))
                    batch.to = batch.from + 1000
                    switch try await source.session.commit(batch) {
                    case .committed: source.position.change { $0 = batch.to }
                    case .conflict: source = try await TestSource(database)
                    case .refused(let reason): Issue.record("refused: \(reason)")
                    }
                }
            }
            // The file is known before the race, so that both follow the same.
            _ = try await TestSource(database)
            async let one: Void = race()
            async let two: Void = race()
            _ = try await (one, two)
            let all = Int64(batches * each)
            #expect(try await totals(database.pool(.superuser)) == [all, all, Int64(batches) * 1000, all, 0])
        }
    }

    @Test func aBatchThatMovesNothingMayHoldNothing() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            var batch = source.next(events(1))
            batch.to = batch.from
            let standing = batch
            _ = try await refusal { try await source.session.commit(standing) }
            let back = try await TestSource(database)
            try await back.feed(events(1))
            var backwards = back.next(events(1))
            backwards.to = 0
            let reversed = backwards
            _ = try await refusal { try await back.session.commit(reversed) }
            #expect(try await database.pool(.superuser).number("SELECT count(*) FROM rt_log.event") == 1)
        }
    }

    @Test func whileTheGateIsClosedNothingMovesAndNothingIsLost() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let pool = database.pool(.superuser)
            let gate = IngestGate(database.pool(.owner))
            try await gate.close(reason: "the disk is nearly full")
            let batch = source.next(events(2))
            #expect(try await source.session.commit(batch) == .refused("the disk is nearly full"))
            #expect(try await totals(pool) == [0, 0, 0, 0, 0])
            try await source.session.report(readUpTo: nil, lagBytes: 7, lastError: "waits")
            try await gate.open()
            #expect(try await source.session.commit(batch) == .committed)
            #expect(try await totals(pool) == [2, 2, batch.to, 2, 0])
        }
    }
}
