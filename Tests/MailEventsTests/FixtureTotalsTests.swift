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
            counts: [.reception: 4, .delivery: 3, .transfer: 3]
        ),
        Total(format: .momentumBouncelog, fixture: "bouncelog.txt", counts: [.outOfBandBounce: 4]),
        Total(format: .momentumRejectlog, fixture: "rejectlog.txt", counts: [.rejection: 9]),
        Total(format: .momentumFbllog, fixture: "fbllog.txt", counts: [.feedbackReport: 4]),
    ]

    @Test(arguments: all)
    func aFixtureHasTheTotalsThatWereCountedByHand(_ total: Total) throws {
        let fixture = try #require(try Fixture.all(of: total.format).first { $0.name == total.fixture })
        let counts = Counts(reading: fixture.text, fixture)
        for kind in EventKind.allCases {
            #expect(counts.number(kind) == total.counts[kind, default: 0], "\(kind)")
        }
    }
}
