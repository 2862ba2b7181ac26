import Foundation
import Testing

/// A mainlog of Momentum with totals counted by hand.
@Suite(.twoAtATime)
struct MomentumTests {
    /// - Parameter second: since 1970; some lines have microseconds.
    private static func mainlog(_ second: Int) -> String {
        let ids = "00/00-03736-F4101B54@00/00-04532-A3456B54"
        let lines = [
            // 3 receptions; a fourth came from another node of the cluster and counts there.
            "\(second)@00/00-25004-31B987F3@\(ids)@R@ann@Example.org@info@example.net@192.0.2.1@201@esmtp@default@default",
            "\(second)123456@00/00-25004-31B987F4@\(ids)@R@a\\@b@example.org@info@example.net@192.0.2.1@5000@rest@vip@out1",
            "\(second)@00/00-25004-31B987F5@\(ids)@R@bob@example.com@@@unknown@77@internal@default@default",
            "\(second)@00/00-25004-31B987F6@\(ids)@R@eve@example.com@info@example.net@192.0.2.9@77@xfer@default@default",
            // 4 deliveries, one of them with a field that a later version appends.
            "\(second)@00/00-25004-31B987F3@\(ids)@D@example.org@266@default@default@0@0.393@203.0.113.1",
            "\(second)654321@00/00-25004-31B987F4@\(ids)@D@example.org@5066@vip@out1@2@3600.5@203.0.113.1@mx1.example.org",
            "\(second)@00/00-25004-31B987F5@\(ids)@D@EXAMPLE.com@90@default@default@0@0.1@2001:db8::25",
            "\(second)@00/00-25004-31B987F7@\(ids)@D@example.com@90@vip@out1@0@0.1@203.0.113.7",
            // 2 transient failures, the second with at signs in its reply.
            "\(second)@20/00-25593-CBD987F3@\(ids)@T@example.org@0@vip@out1@15@0@18.53@203.0.113.1@421 no adequate servers",
            "\(second)@20/00-25593-CBD987F4@\(ids)@T@example.com@0@vip@out1@5@1@20@203.0.113.1@450 4.2.1 <x@example.com>: later",
            // 1 permanent failure.
            "\(second)@10/00-25593-393A87F3@\(ids)@P@example.net@31@default@default@5@1@3.89@203.0.113.1@552 No such account",
            // A transfer and heartbeats count nowhere.
            "\(second)@00/00-25004-31B987F8@\(ids)@X@example.com@90@default@#mmove@0@0.1@203.0.113.8",
            "\(second)@@@@M1",
            "\(second)111111@@@@M",
            // 2 lines are damaged.
            "\(second)@20/00-25593-CBD987F9@\(ids)@T@example.org@0@vip",
            "when@20/00-25593-CBD987F9@\(ids)@D@example.org@266@default@default@0@0.393@203.0.113.1",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    @Test func totalsOfAMainlogAreThoseCountedByHand() async throws {
        try await TestFolder.with { folder in
            let log = try folder.file("mainlog.ec", Self.mainlog(Int(Date().timeIntervalSince1970) - 60))
            let mailmill = try Installation(
                in: folder,
                collect: [Installation.file(log, format: "momentum-mainlog", node: "mta1")]
            )
            try mailmill.serve(["database", "manager", "collector"])
            let source = try await eventually("the whole log", every: .milliseconds(300)) {
                try await mailmill.sources().first { $0.lines == 16 && $0.lagBytes == 0 }
            }
            #expect(source.quarantined == 2)
            #expect(source.events == 12)
            let report = try await mailmill.report("--by", "both")
            #expect(report.tally == Tally(receptions: 3, deliveries: 4, transientFailures: 2, permanentFailures: 1))
            let deliveries = report.rows.filter { $0.measures.deliveries > 0 }.map {
                "\($0.domain ?? "") \($0.binding ?? "") \($0.measures.deliveries)"
            }
            let expected = [
                "example.com default 1", "example.com out1 1", "example.org default 1", "example.org out1 1",
            ]
            #expect(deliveries.sorted() == expected)
            let vip = try await mailmill.report("--binding-group", "vip")
            #expect(vip.tally == Tally(receptions: 1, deliveries: 2, transientFailures: 2))
            let later = try await mailmill.rows(
                "SELECT message_id, attempt, delay_ms FROM report_v1.event WHERE kind = 2 AND attempt > 1"
            )
            #expect(later == ["00/00-25004-31B987F4|3|3600500"])
        }
    }
}
