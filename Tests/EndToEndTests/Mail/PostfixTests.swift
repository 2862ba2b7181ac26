import Foundation
import Testing

/// A real Postfix, real mail, and the figures of pflogsumm and of awk beside Mailmill's.
@Suite(.twoAtATime)
struct PostfixTests {
    @Test(.enabled(if: geteuid() == 0, "Postfix runs only where root starts it"))
    func figuresOfARealPostfixEqualPflogsummsAndAnIndependentCount() async throws {
        try await TestFolder.with { folder in
            let accepting = try await SMTPSink.start(.accepting, in: folder)
            let deferring = try await SMTPSink.start(.deferring, in: folder)
            let refusing = try await SMTPSink.start(.refusing, in: folder)
            let postfix = try await PostfixInstance.start(
                in: folder,
                routes: [
                    ("accept.example", accepting), ("accept.example.org", accepting), ("accept.example.com", accepting),
                    ("later.example", deferring), ("refuse.example", refusing),
                ]
            )
            let source = Installation.file(postfix.log, more: "postfix_config: \(postfix.configuration)")
            let mailmill = try Installation(in: folder, collect: [source])
            try await mailmill.serveDatabase(["database", "manager", "collector"])

            try await send(postfix)
            try await queueSizesAppear(mailmill, postfix)
            // Some attempts more for what waits; then what is left is given up.
            try await eventually("three deferrals of a message") { try deferrals(postfix.log) >= 3 * 12 }
            try await postfix.command("postsuper", ["-c", postfix.configuration, "-f", "ALL"])
            try await postfix.command("postqueue", ["-c", postfix.configuration, "-f"])
            try await eventually("an empty queue", every: .milliseconds(200)) { try await postfix.queue().isEmpty }
            try await postfix.stop()

            let log = postfix.log
            let counted = try await IndependentCounter.count([log], in: folder)
            let summary = try await Pflogsumm(log, in: folder)
            try await eventually("all of the log in the report", every: .milliseconds(300)) {
                var told = try await mailmill.report().tally
                told.deliveriesByDomain = try await mailmill.report("--by", "domain").deliveriesByDomain
                guard told == counted else { throw TestTrouble("told: \(told); counted: \(counted)") }
                return true
            }
            let report = try await mailmill.report("--by", "domain")
            #expect(report.total.receptions == summary.received)
            #expect(report.total.deliveries == summary.delivered)
            #expect(report.total.transientFailures == summary.deferrals)
            #expect(report.total.permanentFailures == summary.bounced)
            #expect(report.total.rejections == summary.rejected)
            #expect(report.deliveriesByDomain == counted.deliveriesByDomain)
            #expect(report.deliveriesByDomain.count == 3)
            // Nothing of the above is trivially equal.
            for figure in [summary.received, summary.delivered, summary.deferrals, summary.bounced, summary.rejected] {
                #expect(figure > 10)
            }
            #expect(report.total.expirations > 0)
            let sources = try await mailmill.sources()
            #expect(sources.map(\.quarantined) == [0])
            try await eventually("word that the log is read to its end", every: .milliseconds(300)) {
                try await mailmill.sources().map(\.lagBytes) == [0]
            }
        }
    }

    /// By SMTP and by sendmail, to all kinds of recipients.
    private func send(_ postfix: PostfixInstance) async throws {
        try await postfix.send(60, from: "news@accept.example", to: "ann@accept.example", recipients: 3)
        try await postfix.send(40, from: "news@accept.example", to: "bob@accept.example.org")
        try await postfix.send(12, from: "news@accept.example", to: "late@later.example")
        // Each comes back as a delivery status notification to its sender.
        try await postfix.send(15, from: "sender@accept.example.com", to: "gone@refuse.example")
        // The generator ends at the first refusal.
        for recipient in ["anyone@elsewhere.example", "nobody@mx1.example.net", "greylisted@accept.example"] {
            for _ in 0..<6 { try await postfix.send(1, from: "x@spam.example", to: recipient) }
        }
        for number in 0..<10 {
            try await postfix.submit(
                from: "cron@mx1.example.net",
                to: ["ops\(number)@accept.example", "ops@accept.example.com"]
            )
        }
    }

    /// While mail waits for its next attempt, the sampled sizes become those of the queue.
    private func queueSizesAppear(_ mailmill: Installation, _ postfix: PostfixInstance) async throws {
        try await eventually("the queue's sizes", every: .milliseconds(500)) {
            let before = try await postfix.queue()
            let rows = try await mailmill.rows("SELECT active, delayed FROM report_v1.queue_now")
            guard let row = rows.first?.split(separator: "|").compactMap({ Int($0) }), row.count == 2 else {
                throw TestTrouble("told are \(rows)")
            }
            // Messages move between the two from one moment to the next; together they stay.
            guard row[0] + row[1] == before.count, before.count >= 12 else {
                throw TestTrouble("the queue holds \(before.count) messages; told are \(row)")
            }
            return true
        }
    }

    private func deferrals(_ log: String) throws -> Int {
        try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").count { $0.contains("status=deferred") }
    }
}
