import LogGenerator
import MailEvents
import Testing

/// A Postfix log counts as pflogsumm 1.1.5 counts it, and where not, the difference is a known one.
@Suite struct PflogsummTests {
    private static let start: Int64 = 1_772_236_800_000_000

    @Test(arguments: [PostfixLog.Envelope.iso, .traditional])
    func aLogCountsAsPflogsummCountsIt(_ envelope: PostfixLog.Envelope) throws {
        let domains = DomainTail(count: 500)
        var log = PostfixLog(seed: 7, start: Self.start, domains: domains, envelope: envelope, rate: 1)
        let text = log.lines(messages: 6000)
        let counts = Counts(reading: text)
        let theirs = try Pflogsumm(reading: text)
        #expect(theirs.total("received") == log.tally.receptions)
        #expect(theirs.total("delivered") == log.tally.deliveries)
        #expect(counts.number(.reception) == theirs.total("received"))
        #expect(counts.number(.delivery) == theirs.total("delivered"))
        #expect(counts.number(.transientFailure) == theirs.total("deferrals"))
        #expect(counts.number(.permanentFailure) == theirs.total("bounced"))
        #expect(counts.number(.rejection) == theirs.total("rejected"))
        #expect(counts.number(.discard) == theirs.total("discarded"))
        #expect(counts.number(.expiration) == log.tally.expirations)
        #expect(counts.unread == 0)
        #expect(theirs.deliveries.values.reduce(0, +) == log.tally.deliveries)
        #expect(counts.deliveries == theirs.deliveries.filter { $0.value > 0 })
    }

    @Test func theFixturesCountAsPflogsummCountsThemButForTheKnownDifferences() throws {
        let names = ["traditional.txt", "refusals.txt", "real-3.7.11.txt"]
        for fixture in try Fixture.all(of: .postfix) where names.contains(fixture.name) {
            let text = fixture.text
            let counts = Counts(reading: text, fixture)
            let theirs = try Pflogsumm(reading: text, syslogName: "postfix-out")
            let known = KnownDifference.sum(of: fixture.cases.map(\.line))
            func both(_ kind: EventKind, _ name: String) {
                #expect(counts.number(kind) == theirs.total(name) + known[kind, default: 0], "\(fixture), \(name)")
            }
            both(.reception, "received")
            both(.delivery, "delivered")
            both(.transientFailure, "deferrals")
            both(.permanentFailure, "bounced")
            both(.rejection, "rejected")
            both(.discard, "discarded")
        }
    }

    /// With a content filter both figures can be told: what happened once, and what pflogsumm counts.
    @Test func aFilteredMessageIsShownOnceAndAsPflogsummCountsIt() throws {
        let fixture = try #require(try Fixture.all(of: .postfix).first { $0.name == "filter.txt" })
        let counts = Counts(reading: fixture.text, fixture)
        let theirs = try Pflogsumm(reading: fixture.text)
        let transfers = counts.batch.events.filter { $0.kind == .transfer }
        let backFromFilter = transfers.count { $0.recipientLocal.isEmpty }
        let toFilter = transfers.count { !$0.recipientLocal.isEmpty }
        #expect(counts.number(.reception) == 4)
        #expect(counts.number(.delivery) == 3)
        #expect(theirs.total("received") == 4 + backFromFilter)
        #expect(theirs.total("delivered") == 3 + toFilter)
        #expect((backFromFilter, toFilter) == (1, 2))
    }

    @Test(arguments: KnownDifference.all)
    func eachKnownDifferenceIsOne(_ difference: KnownDifference) throws {
        let text = Array("\(difference.stamp) mx1 \(difference.line)\n".utf8)
        let theirs = try Pflogsumm(reading: text)
        let names: [EventKind: String] = [
            .reception: "received", .delivery: "delivered", .transientFailure: "deferrals",
            .permanentFailure: "bounced", .rejection: "rejected", .discard: "discarded",
        ]
        let counts = Counts(reading: text)
        for (kind, name) in names {
            let expected = theirs.total(name) + difference.change[kind, default: 0]
            #expect(counts.number(kind) == expected, "\(difference.why): \(name)")
        }
    }
}
