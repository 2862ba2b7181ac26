import LogGenerator
import MailEvents
import Testing

/// Generated logs tell what was put into them: the benchmarks stand on it.
@Suite struct GeneratedLogTests {
    @Test(arguments: [false, true])
    func aMainlogCountsAsItWasGenerated(_ hasMicroseconds: Bool) {
        let domains = DomainTail(count: 300)
        var log = MomentumLog(seed: 5, start: 1_772_236_800_000_000, domains: domains, hasMicroseconds: hasMicroseconds)
        let counts = Counts(reading: log.lines(messages: 5000), .momentumMainlog)
        #expect(counts.number(.reception) == log.tally.receptions)
        #expect(counts.number(.delivery) == log.tally.deliveries)
        #expect(counts.number(.transientFailure) == log.tally.transientFailures)
        #expect(counts.number(.permanentFailure) == log.tally.permanentFailures)
        #expect(counts.number(.transfer) == log.tally.transfers)
        #expect(counts.unread == 0)
        #expect(counts.batch.lines == Int64(log.tally.lines))
        #expect(log.tally.transfers > 0)
    }

    @Test(arguments: [PostfixLog.Envelope.traditional, .iso, .journal])
    func aPostfixLogCountsAsItWasGenerated(_ envelope: PostfixLog.Envelope) {
        let domains = DomainTail(count: 300)
        var log = PostfixLog(seed: 5, start: 1_772_236_800_000_000, domains: domains, envelope: envelope)
        let counts = Counts(reading: log.lines(messages: 2000), .postfix)
        #expect(counts.batch.events.count == log.tally.events)
        #expect(counts.number(.delivery) == log.tally.deliveries)
        #expect(counts.number(.rejection) == log.tally.rejections)
        #expect(counts.unread == 0)
        #expect(counts.batch.lines == Int64(log.tally.lines))
        let second = envelope == .traditional ? log.time / 1_000_000 * 1_000_000 : log.time
        #expect(second - (counts.batch.readUpTo ?? 0) < 1000)
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
