import LogGenerator
import MailEvents
import Testing

/// Sender and size of a Postfix reception stand on a line of their own.
@Suite struct EnvelopeTests {
    private static let start: Int64 = 1_772_236_800_000_000

    private func text(_ batch: EventBatch) -> [String] {
        batch.bytes.withUnsafeBytes { bytes in batch.events.map { EventText.of($0, in: bytes) } }
    }

    @Test func eachMessageThatReachesTheQueueHasOneEnvelopeHoweverOftenItIsTakenUp() {
        var log = PostfixLog(seed: 9, start: Self.start, domains: DomainTail(count: 50))
        let lines = log.lines(messages: 3000)
        let counts = Counts(reading: lines)
        let refused = log.tally.discards + log.tally.rejections
        #expect(counts.number(.envelope) <= counts.number(.reception))
        #expect(counts.number(.envelope) >= counts.number(.reception) - refused)
        #expect(counts.number(.envelope) > 2900)
        let ids = counts.batch.events.filter { $0.kind == .envelope }.map { counts.batch.text($0.messageID) }
        #expect(Set(ids).count == ids.count)
    }

    @Test func anEnvelopeJoinsItsReceptionAndNothingElseChanges() {
        var log = PostfixLog(seed: 9, start: Self.start, domains: DomainTail(count: 50))
        var batch = Counts(reading: log.lines(messages: 1000)).batch
        let before = batch
        batch.joinEnvelopes()
        #expect(!batch.events.contains { $0.kind == .envelope })
        #expect(batch.events.count == batch.countedEvents && batch.countedEvents == before.countedEvents)
        let others = { (batch: EventBatch) in
            text(batch).filter { !$0.hasPrefix("reception") && !$0.hasPrefix("envelope") }
        }
        #expect(others(batch) == others(before))
        let envelopes = before.events.filter { $0.kind == .envelope }
        let sizes = Dictionary(envelopes.map { (before.text($0.messageID), $0.size) }) { $1 }
        for event in batch.events where event.kind == .reception {
            #expect(event.size == sizes[batch.text(event.messageID)] ?? -1)
            if event.size >= 0 { #expect(batch.text(event.senderLocal) == "news") }
        }
        batch.joinEnvelopes()
        #expect(text(batch).count == batch.events.count)
    }

    @Test func whatIsReadApartStaysApart() {
        let reception = "Mar  5 04:07:08 mx1 postfix/smtpd[310]: 0A1B2C3: client=app1.example.net[198.51.100.7]\n"
        let envelope = "Mar  5 04:07:09 mx1 postfix/qmgr[77]: 0A1B2C3: from=<>, size=77, nrcpt=1 (queue active)\n"
        let other = envelope.replacing("postfix/", with: "postfix-out/")
        var parted = Counts(reading: Array((envelope + reception).utf8)).batch
        #expect(parted.events.map(\.kind) == [.reception])
        parted = Counts(reading: Array((reception + other).utf8)).batch
        parted.joinEnvelopes()
        #expect(parted.events.map(\.kind) == [.reception, .envelope])
        var joined = Counts(reading: Array((reception + envelope + envelope).utf8)).batch
        joined.joinEnvelopes()
        #expect(joined.events.map(\.kind) == [.reception] && joined.events.first?.size == 77)
    }

    @Test(arguments: [
        "from=<a@b>, size=, nrcpt=1", "from=<a@b>, size=12", "from=<a@b>, size=99999999999999999999, nrcpt=1",
        "from=<a@b, nrcpt=1",
    ])
    func aDamagedEnvelopeTellsNothing(_ damaged: String) {
        let reception = "Mar  5 04:07:08 mx1 postfix/smtpd[310]: 0A1B2C3: client=app1.example.net[198.51.100.7]\n"
        let line = "Mar  5 04:07:09 mx1 postfix/qmgr[77]: 0A1B2C3: \(damaged) (queue active)\n"
        let counts = Counts(reading: Array((reception + line).utf8))
        #expect(counts.unread == 0 && counts.batch.events.map(\.kind) == [.reception])
    }
}
