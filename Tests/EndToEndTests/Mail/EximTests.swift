import Foundation
import Testing

/// A real Exim, real mail, and the figures of eximstats beside Mailmill's.
@Suite(.twoAtATime)
struct EximTests {
    @Test(.enabled(if: geteuid() == 0, "Exim changes its account, as only root may"))
    func figuresOfARealEximEqualEximstats() async throws {
        try await TestFolder.with { folder in
            let exim = try await EximInstance.start(
                in: folder,
                routes: [
                    ("accept.example", try await SMTPSink.start(.accepting, in: folder)),
                    ("later.example", try await SMTPSink.start(.deferring, in: folder)),
                    ("refuse.example", try await SMTPSink.start(.refusing, in: folder)),
                ]
            )
            let source = Installation.file(exim.log, format: "exim")
            let mailmill = try Installation(in: folder, collect: [source])
            try await mailmill.serveDatabase(["database", "manager", "collector"])

            try await exim.send(30, to: "ann@accept.example")
            try await exim.send(20, to: "bob@accept.example", recipients: 3)
            try await exim.send(12, to: "late@later.example")
            // Each comes back to its sender as a message of its own.
            try await exim.send(15, to: "gone@refuse.example")
            // The generator ends at the first refusal.
            for _ in 0..<11 { try await exim.send(1, to: "anyone@elsewhere.example") }
            try await eventually("further attempts", every: .milliseconds(200)) {
                let text = try String(contentsOfFile: exim.log, encoding: .utf8)
                return text.split(separator: "\n").count { $0.contains(" defer (-44)") } > 14
            }
            try await exim.stop()

            let summary = try await Eximstats(exim.log, in: folder)
            try await eventually("all of the log in the report", every: .milliseconds(300)) {
                let total = try await mailmill.report().total
                let rows = try await mailmill.rows(
                    """
                    SELECT count(DISTINCT message_id) FILTER (WHERE kind = 3),
                        count(DISTINCT message_id) FILTER (WHERE kind = 4)
                    FROM report_v1.event
                    """
                )
                let told = [total.receptions, total.deliveries, total.rejections].map(String.init) + rows
                let wanted =
                    [summary.received, summary.delivered, summary.rejected].map(String.init)
                    + ["\(summary.delayed)|\(summary.failed)"]
                guard told == wanted else { throw TestTrouble("told: \(told); eximstats: \(wanted)") }
                return true
            }
            let attempts = try String(contentsOfFile: exim.log, encoding: .utf8).split(separator: "\n")
                .count { $0.contains(" defer (-44)") }
            #expect(try await mailmill.report().total.transientFailures == attempts)
            // Nothing of the above is trivially equal.
            for figure in [summary.received, summary.delivered, summary.rejected, summary.delayed, summary.failed] {
                #expect(figure > 10)
            }
            #expect(try await mailmill.sources().map(\.quarantined) == [0])
        }
    }
}
