import MailEvents
import Testing

/// Fixtures count as they were counted by hand: the totals in their first lines.
@Suite struct FixtureTotalsTests {
    struct Total: Sendable, CustomTestStringConvertible {
        var format: LogFormat
        var fixture: String
        var counts: [EventKind: Int]

        var testDescription: String { "\(format.rawValue)/\(fixture)" }
    }

    static let all = [
        Total(
            format: .postfix,
            fixture: "filter.txt",
            counts: [.reception: 4, .delivery: 3, .transfer: 3, .envelope: 2]
        ),
        Total(format: .momentumBouncelog, fixture: "bouncelog.txt", counts: [.outOfBandBounce: 4]),
        Total(format: .momentumRejectlog, fixture: "rejectlog.txt", counts: [.rejection: 9]),
        Total(format: .momentumFbllog, fixture: "fbllog.txt", counts: [.feedbackReport: 4]),
        Total(
            format: .momentumJSON,
            fixture: "events.txt",
            counts: [
                .reception: 3, .delivery: 3, .transientFailure: 2, .permanentFailure: 3, .outOfBandBounce: 1,
                .rejection: 3, .feedbackReport: 2,
            ]
        ),
        Total(
            format: .exim,
            fixture: "mainlog.txt",
            counts: [
                .reception: 8, .delivery: 11, .transientFailure: 5, .permanentFailure: 5, .rejection: 16, .discard: 3,
            ]
        ),
        // eximstats: 18 received, 14 delivered addresses. It takes the two black holes for deliveries.
        Total(
            format: .exim,
            fixture: "real-selectors.txt",
            counts: [
                .reception: 18, .delivery: 12, .transientFailure: 5, .permanentFailure: 15, .rejection: 7,
                .discard: 2,
            ]
        ),
        Total(
            format: .exim,
            fixture: "real-default.txt",
            counts: [
                .reception: 18, .delivery: 12, .transientFailure: 5, .permanentFailure: 15, .rejection: 7,
                .discard: 2,
            ]
        ),
        Total(format: .exim, fixture: "rejectlog.txt", counts: [.rejection: 7, .discard: 1]),
        Total(
            format: .kumomta,
            fixture: "records.txt",
            counts: [
                .reception: 3, .delivery: 4, .transientFailure: 2, .permanentFailure: 3, .outOfBandBounce: 1,
                .expiration: 2, .rejection: 2, .administrativeFailure: 1, .feedbackReport: 2, .transfer: 2,
            ]
        ),
        Total(
            format: .powermta,
            fixture: "accounting.txt",
            counts: [
                .reception: 2, .delivery: 5, .transientFailure: 3, .permanentFailure: 2, .outOfBandBounce: 2,
                .feedbackReport: 2, .discard: 1,
            ]
        ),
    ]

    @Test(arguments: all)
    func aFixtureHasTheTotalsThatWereCountedByHand(_ total: Total) throws {
        let fixture = try #require(try Fixture.all(of: total.format).first { $0.name == total.fixture })
        let counts = Counts(reading: fixture.text, fixture)
        for kind in EventKind.allCases {
            #expect(counts.number(kind) == total.counts[kind, default: 0], "\(kind)")
        }
    }

    /// The same failures stand in both logs of a node; each counts once, and the bounce that came by mail too.
    @Test func whatStandsInMainlogAndBouncelogCountsOnce() {
        let ids = "00/A1-25004-31B987F3@00/00-03736-F4101B54@00/00-04532-A3456B54"
        let mainlog = """
            1772680029@\(ids)@T@example.org@0@grp@bind7@4@0@1.5@203.0.113.5@451 4.7.1 later
            1772680031@\(ids)@P@example.org@31@grp@bind7@5@1@3.89@203.0.113.5@550 5.1.1 unknown

            """
        let bouncelog = """
            1772680029@\(ids)@T@ann@example.org@news@example.net@grp@bind7@4@70@0@203.0.113.5@451 4.7.1 later
            1772680031@\(ids)@B@ann@example.org@news@example.net@grp@bind7@5@10@31@203.0.113.5@550 5.1.1 unknown
            1772680099@\(ids)@B@bob@example.org@news@example.net@grp@bind7@21@10@31@203.0.113.5@550 5.1.1 unknown

            """
        let main = Counts(reading: Array(mainlog.utf8), .momentumMainlog)
        let bounce = Counts(reading: Array(bouncelog.utf8), .momentumBouncelog)
        #expect(main.unread + bounce.unread == 0)
        for (kind, number) in [(EventKind.transientFailure, 1), (.permanentFailure, 1), (.outOfBandBounce, 1)] {
            #expect(main.number(kind) + bounce.number(kind) == number, "\(kind)")
        }
    }
}
