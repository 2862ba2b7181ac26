import LogGenerator
import MailEvents
import Testing

/// Generated logs tell what was put into them: the benchmarks stand on it.
@Suite struct GeneratedLogTests {
    private static let start: Int64 = 1_772_236_800_000_000

    private func compare(_ log: some GeneratedLines, _ format: LogFormat, messages: Int = 3000) -> Counts {
        var log = log
        let counts = Counts(reading: log.lines(messages: messages), format)
        let truth: [EventKind: Int] = [
            .reception: log.tally.receptions, .delivery: log.tally.deliveries,
            .transientFailure: log.tally.transientFailures, .permanentFailure: log.tally.permanentFailures,
            .outOfBandBounce: log.tally.outOfBandBounces, .expiration: log.tally.expirations,
            .rejection: log.tally.rejections, .discard: log.tally.discards,
            .administrativeFailure: log.tally.administrativeFailures, .feedbackReport: log.tally.feedbackReports,
            .transfer: log.tally.transfers,
        ]
        for (kind, number) in truth { #expect(counts.number(kind) == number, "\(format), \(kind)") }
        let deliveries = log.tally.deliveriesByRank.reduce(into: [:]) { $0[DomainTail.name($1.key)] = $1.value }
        #expect(counts.deliveries == deliveries, "\(format), deliveries by domain")
        #expect(counts.unread == 0)
        #expect(counts.batch.lines == Int64(log.tally.lines))
        #expect(log.tally.events > messages / 20)
        return counts
    }

    @Test(arguments: [false, true])
    func aMainlogCountsAsItWasGenerated(_ hasMicroseconds: Bool) {
        let domains = DomainTail(count: 300)
        let log = MomentumLog(seed: 5, start: Self.start, domains: domains, hasMicroseconds: hasMicroseconds)
        let counts = compare(log, .momentumMainlog, messages: 5000)
        #expect(counts.number(.transfer) > 0)
    }

    @Test(arguments: [PostfixLog.Envelope.traditional, .iso, .structured, .journal])
    func aPostfixLogCountsAsItWasGenerated(_ envelope: PostfixLog.Envelope) {
        let log = PostfixLog(seed: 5, start: Self.start, domains: DomainTail(count: 300), envelope: envelope)
        let counts = compare(log, .postfix, messages: 2000)
        var whole = log
        _ = whole.lines(messages: 2000)
        let second = envelope == .traditional ? whole.time / 1_000_000 * 1_000_000 : whole.time
        #expect(second - (counts.batch.readUpTo ?? 0) < 1000)
    }

    @Test(arguments: [false, true])
    func anEximLogCountsAsItWasGenerated(_ hasLongIDs: Bool) {
        let log = EximLog(seed: 5, start: Self.start, domains: DomainTail(count: 300), hasLongIDs: hasLongIDs)
        _ = compare(log, .exim)
    }

    @Test func recordsOfOtherFormatsCountAsTheyWereGenerated() {
        let domains = DomainTail(count: 300)
        let sides: [(MomentumSideLog.Kind, LogFormat)] = [
            (.bouncelog, .momentumBouncelog), (.rejectlog, .momentumRejectlog), (.fbllog, .momentumFbllog),
            (.json, .momentumJSON),
        ]
        for (kind, format) in sides {
            _ = compare(MomentumSideLog(kind, seed: 5, start: Self.start, domains: domains), format)
        }
        _ = compare(KumoMTALog(seed: 5, start: Self.start, domains: domains), .kumomta)
        _ = compare(PowerMTALog(seed: 5, start: Self.start, domains: domains), .powermta)
    }

    @Test func theSameSeedGivesTheSameLog() {
        let domains = DomainTail(count: 100, exponent: 1.1)
        func text(_ seed: UInt64) -> [UInt8] {
            var log = PostfixLog(seed: seed, start: 1_772_236_800_000_000, domains: domains)
            return log.lines(messages: 200)
        }
        #expect(text(9) == text(9))
        #expect(text(9) != text(10))
    }

    @Test func theBusiestDomainTakesZipfsShare() {
        let domains = DomainTail(count: 1000)
        var random = SeededRandom(seed: 1)
        var first = 0
        for _ in 0..<100_000 where domains.rank(&random) == 0 { first += 1 }
        // 1 / H(1000) is 0.1336.
        #expect((12_800...13_900).contains(first))
    }
}
