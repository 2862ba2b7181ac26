import Foundation
import Testing

/// Times without a zone, and samples that say that they are samples.
@Suite(.twoAtATime)
struct StampTests {
    @Test(arguments: ["America/New_York", "Asia/Kathmandu", "UTC"])
    func localStampsBecomeTheRightMoment(_ zone: String) async throws {
        try await TestFolder.with { folder in
            let date = try Program("/bin/date", ["+%b %e %H:%M:%S"], in: folder, environment: ["TZ": zone])
            let now = Date()
            try await date.finish()
            let stamp = date.output.trimmingCharacters(in: .newlines)
            let log = try folder.file(
                "mail.log",
                "\(stamp) mx1 postfix/smtp[1]: 4ABCDEF: to=<ann@example.org>, relay=mx.example.org[192.0.2.1]:25, "
                    + "delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 ok)\n"
            )
            let mailmill = try Installation(in: folder, collect: [Installation.file(log)])
            try await mailmill.serveDatabase()
            try mailmill.serve(["collector"], environment: ["TZ": zone])
            try await eventually("the line", every: .milliseconds(200)) {
                try await mailmill.report().total.deliveries == 1
            }
            let rows = try await mailmill.rows("SELECT extract(epoch FROM occurred_at)::bigint FROM report_v1.event")
            let told = try #require(rows.first.flatMap { Double($0) })
            #expect(abs(told - now.timeIntervalSince1970) < 5)
        }
    }

    @Test func samplesAreReplayedAsIfLiveAndLabelled() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(
                in: folder,
                collect: ["{format: postfix, samples: true, node: sample}"]
            )
            try mailmill.serve()
            let started = Date()
            let source = try await eventually("sample events", every: .milliseconds(300)) {
                try await mailmill.sources().first { $0.events > 20 }
            }
            #expect(source.sample)
            #expect(source.node == "sample")
            #expect(source.quarantined == 0)
            // As if live: what came since the start is of now.
            let newest = try await eventually("a sample of now, behind the hour of the past", every: .milliseconds(300))
            {
                let newest = try await mailmill.rows("SELECT extract(epoch FROM max(occurred_at)) FROM report_v1.event")
                return newest.first.flatMap { Double($0) }.flatMap { $0 > started.timeIntervalSince1970 ? $0 : nil }
            }
            #expect(newest < Date().timeIntervalSince1970 + 5)
        }
    }
}
