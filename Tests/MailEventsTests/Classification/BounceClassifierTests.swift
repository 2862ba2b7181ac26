import ReplyGenerator
import Testing

@testable import MailEvents

/// What is remembered, and that it makes no difference.
struct BounceClassifierTests {
    private func classifier(cacheLimit: Int) throws -> BounceClassifier {
        BounceClassifier(rules: try BundledRules.ruleSet(), hash: KeyedHash(key0: 1, key1: 2), cacheLimit: cacheLimit)
    }

    @Test func aRememberedAnswerIsTheSameAnswer() throws {
        let remembering = try classifier(cacheLimit: 64)
        let forgetful = try classifier(cacheLimit: 0)
        var values = ReplyValues(seed: 9)
        for shape in try ReplyShape.all() {
            let reply = shape.filled(&values)
            let name = values.name
            let first = remembering.judge(reply, recipient: name)
            #expect(first == remembering.judge(reply, recipient: name))
            #expect(first == forgetful.judge(reply, recipient: name))
        }
    }

    @Test func theRecipientsNameAndWhatTheLogTellsAreRememberedApart() throws {
        let classifier = try classifier(cacheLimit: 64)
        #expect(classifier.judge("550 who is bob", recipient: "bob").reason == "550 who is {name}")
        #expect(classifier.judge("550 who is bob", recipient: "carol").reason == "550 who is bob")
        #expect(classifier.judge("who", told: ToldReply(code: 550)).reason == "550 who")
        #expect(classifier.judge("who").reason == "who")
    }

    @Test func distinctRepliesWithoutEndFillNoMoreThanTwoGenerations() {
        var cache = GenerationCache<Int>(limit: 100)
        for key in 0..<10_000 { cache.insert(key, for: UInt64(key)) }
        #expect(cache.count <= 200)
        #expect(cache.value(for: 9_999) == 9_999)
        #expect(cache.value(for: 1) == nil)
    }

    @Test func whatIsAskedForStays() {
        var cache = GenerationCache<Int>(limit: 100)
        cache.insert(7, for: 7)
        for key in 1000..<5_000 {
            cache.insert(key, for: UInt64(key))
            if key % 50 == 0 { #expect(cache.value(for: 7) == 7) }
        }
    }

    @Test func anEventsReplyIsJudgedWithItsCodeAndRecipient() throws {
        let classifier = try classifier(cacheLimit: 64)
        let bytes = Array("bob;mailbox of bob over quota".utf8)
        var event = MailEvent(occurredAt: 0, kind: .transientFailure)
        event.recipientLocal = Field(offset: 0, length: 3)
        event.reply = Field(offset: 4, length: UInt32(bytes.count - 4))
        event.replyCode = 452
        let judgement = bytes.withUnsafeBytes { classifier.judge(event, in: $0) }
        #expect(judgement?.verdict.bounceClass == .mailboxFull)
        #expect(judgement?.reason == "452 mailbox of {name} over quota")
        event.kind = .delivery
        #expect(bytes.withUnsafeBytes { classifier.judge(event, in: $0) } == nil)
    }

    @Test func whatExpiredOrWasRemovedIsThatWithoutAReply() throws {
        let classifier = try classifier(cacheLimit: 64)
        func verdict(_ kind: EventKind, _ reply: String) -> BounceVerdict? {
            var event = MailEvent(occurredAt: 0, kind: kind)
            event.reply = Field(offset: 0, length: UInt32(reply.utf8.count))
            return Array(reply.utf8).withUnsafeBytes { classifier.judge(event, in: $0)?.verdict }
        }
        #expect(verdict(.expiration, "") == BounceVerdict(.timeout, .messageExpired))
        #expect(verdict(.expiration, "returned to sender") == BounceVerdict(.timeout, .messageExpired))
        #expect(verdict(.expiration, "452 mailbox full") == BounceVerdict(.mailboxFull))
        #expect(verdict(.administrativeFailure, "") == BounceVerdict(.adminFailure))
        #expect(verdict(.permanentFailure, "") == nil)
    }
}
