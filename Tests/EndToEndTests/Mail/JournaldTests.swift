import LogGenerator
import Foundation
import Testing

/// Postfix's lines in systemd's journal, written and read by the real programs.
@Suite(.twoAtATime)
struct JournaldTests {
    @Test func everyEntryOfAJournalCountsOnceThoughTheCollectorIsKilled() async throws {
        let (random, _) = SeededRandom.announced(for: "journald")
        var generator = random
        try await TestFolder.with { folder in
            let journal = try JournalWriter(in: folder)
            let mailmill = try Installation(
                in: folder,
                collect: [
                    "{format: postfix, journald: true, journal_directory: \(journal.path), node: mx1, queue: false}"
                ]
            )
            try await mailmill.serveDatabase()
            var lines = InventedPostfix(generator)
            var copy = ""
            for _ in 0..<Rounds.times(6) {
                let collector = try mailmill.serve(["collector"])
                for _ in 0..<Int.random(in: 5...40, using: &generator) {
                    for _ in 0..<10 {
                        let line = lines.line()
                        try journal.write(line)
                        copy += line + "\n"
                    }
                    // Entries come over some time; the collector ends somewhere among them.
                    try await Task.sleep(for: .milliseconds(20))
                }
                try await collector.destroy()
            }
            try mailmill.serve(["collector"])
            let counted = try await IndependentCounter.count([try folder.file("copy.log", copy)], in: folder)
            try await eventually("all entries in the report", every: .milliseconds(300)) {
                let told = try await mailmill.report("--by", "domain")
                var tally = told.tally
                tally.deliveriesByDomain = told.deliveriesByDomain
                tally.unreadable = try await mailmill.sources().first?.quarantined ?? 0
                guard tally == counted else { throw TestTrouble("\(tally); counted: \(counted)") }
                return true
            }
            let rows = try await mailmill.rows(
                "SELECT count(*) - count(DISTINCT (kind, message_id, recipient_local)) FROM report_v1.event"
            )
            #expect(rows == ["0"])
            #expect(counted.events > 100)
        }
    }
}
