import Foundation
import Logging
import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// Lines that could not be read, and what becomes of them after a fix.
@Suite struct QuarantineTests {
    private static let good =
        "2026-03-05T04:07:09.123456+00:00 mx1 postfix/smtp[412]: 4ABC: to=<ann@example.org>, "
        + "relay=mx.example.org[203.0.113.5]:25, delay=1.8, delays=0.05/0.01/0.7/1, dsn=2.0.0, status=sent (250 OK)"

    /// A source with lines in quarantine: as if an earlier release could not read them.
    private func quarantined(_ lines: [String], in database: ScratchDatabase) async throws -> TestSource {
        let source = try await TestSource(database)
        var batch = EventBatch(fileID: source.file.fileID, from: 0, fingerprint: .ofTests)
        for (index, line) in lines.enumerated() {
            let field = batch.append(line)
            batch.unread.append(LineUnread(position: Int64(index * 100), text: field, reason: .missingField))
        }
        batch.to = Int64(lines.count * 100)
        batch.lines = Int64(lines.count)
        #expect(try await source.session.commit(batch) == .committed)
        return source
    }

    private func replay(_ database: ScratchDatabase) throws -> QuarantineReplay {
        QuarantineReplay(
            zone: .utc,
            session: IngestSession(
                database.settings(.collector),
                rules: try BundledRules.ruleSet(),
                logger: Logger(label: "test")
            )
        )
    }

    @Test func linesAreShownByReasonWithSomeOfThem() async throws {
        try await withScratchDatabase { database in
            _ = try await quarantined(["one", "two", "three", "four"], in: database)
            let groups = try await Quarantine(database.pool(.report)).groups(QuarantineFilter())
            #expect(groups.map(\.lines) == [4])
            #expect(groups.first?.reason == UnreadableReason.missingField.rawValue)
            #expect(groups.first?.samples.count == 3)
            let none = try await Quarantine(database.pool(.report)).groups(QuarantineFilter(node: "mx9"))
            #expect(none.isEmpty)
        }
    }

    @Test func aReplayCountsEachLineOnceAtItsOwnTimeAndLeavesTheRest() async throws {
        try await withScratchDatabase { database in
            _ = try await quarantined(["nothing", Self.good, "else"], in: database)
            let owner = database.pool(.superuser)
            let quarantine = Quarantine(owner)
            let dry = try await replay(database).run(quarantine, QuarantineFilter(), isDryRun: true)
            #expect(dry == QuarantineReplay.Outcome.of(lines: 1, events: 1, left: 2))
            #expect(try await owner.number("SELECT count(*) FROM rt_log.quarantine") == 3)
            for expected in [1, 0] {
                let done = try await replay(database).run(quarantine, QuarantineFilter())
                #expect(done == QuarantineReplay.Outcome.of(lines: expected, events: expected, left: 2))
                #expect(try await owner.number("SELECT coalesce(sum(deliveries), 0) FROM rt_log.traffic_delta") == 1)
                #expect(try await owner.number("SELECT count(*) FROM rt_log.quarantine") == 2)
            }
            let minute = "SELECT count(*) FROM rt_log.traffic_delta WHERE bucket = '2026-03-05 04:07:00+00'"
            #expect(try await owner.number(minute) == 1)
            #expect(try await owner.number("SELECT sum(quarantined) FROM ops.source_file") == 2)
        }
    }

    @Test func twoReplaysAtOnceCountNothingTwice() async throws {
        try await withScratchDatabase { database in
            _ = try await quarantined(Array(repeating: Self.good, count: 50), in: database)
            let owner = database.pool(.superuser)
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        // All but one may be told that another was faster.
                        _ = try? await replay(database).run(Quarantine(owner), QuarantineFilter())
                    }
                }
            }
            _ = try await replay(database).run(Quarantine(owner), QuarantineFilter())
            #expect(try await owner.number("SELECT coalesce(sum(deliveries), 0) FROM rt_log.traffic_delta") == 50)
            #expect(try await owner.number("SELECT count(*) FROM rt_log.quarantine") == 0)
        }
    }

    @Test func whatIsDroppedIsGoneAndNothingElse() async throws {
        try await withScratchDatabase { database in
            _ = try await quarantined(["one", "two"], in: database)
            let quarantine = Quarantine(database.pool(.superuser))
            #expect(try await quarantine.drop(QuarantineFilter(reason: "another")) == 0)
            #expect(try await quarantine.drop(QuarantineFilter(node: "mx1")) == 2)
            #expect(try await quarantine.groups(QuarantineFilter()).isEmpty)
        }
    }

    @Test func onlyAnImportMayTakeLines() async throws {
        try await withScratchDatabase { database in
            let source = try await quarantined(["one"], in: database)
            let lines = try await Quarantine(database.pool(.superuser)).lines(QuarantineFilter(), after: nil, count: 9)
            var batch = source.next([])
            batch.from = 100
            batch.to = 101
            await #expect(throws: (any Error).self) { try await source.session.replay(batch, taking: lines) }
            let left = "SELECT count(*) FROM rt_log.quarantine"
            #expect(try await database.pool(.superuser).number(left) == 1)
        }
    }
}

extension QuarantineReplay.Outcome {
    fileprivate static func of(lines: Int, events: Int, left: Int) -> QuarantineReplay.Outcome {
        var outcome = QuarantineReplay.Outcome()
        (outcome.lines, outcome.events, outcome.left) = (lines, events, left)
        return outcome
    }
}
