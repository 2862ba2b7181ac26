/// Classifies replies and makes their reasons canonical. Remembers what it said of the last few thousand distinct
/// replies; the same reply has the same answer whether remembered or not.
///
/// Not for several threads at once: each source has its own. The rules may be shared.
package final class BounceClassifier {
    /// Distinct replies of a generation: both together are some megabytes at most, whatever a log holds.
    package static let cacheLimit = 4096

    package let rules: RuleSet
    private let verdicts: [BounceVerdict]
    private let hash: KeyedHash
    private var judgements: GenerationCache<Judgement>
    private let scratch = MatchScratch()
    private let line: UnsafeMutableRawBufferPointer
    private let reason: UnsafeMutableRawBufferPointer

    /// - Parameters:
    ///   - hash: keyed at random for this process.
    ///   - cacheLimit: 0: nothing is remembered.
    package init(rules: RuleSet, hash: KeyedHash, cacheLimit: Int = BounceClassifier.cacheLimit) {
        self.rules = rules
        verdicts = rules.rules.map(\.verdict)
        self.hash = hash
        judgements = GenerationCache(limit: cacheLimit)
        isRemembering = cacheLimit > 0
        line = .allocate(byteCount: ReplyLine.maximumLength, alignment: 16)
        reason = .allocate(byteCount: CanonicalReason.capacity, alignment: 16)
    }

    private let isRemembering: Bool

    deinit {
        line.deallocate()
        reason.deallocate()
    }

    /// Judges why an event failed; nil if it did not fail, or if nothing tells why.
    ///
    /// What expired or was removed by an operator is that by its kind, where no rule knows better.
    ///
    /// - Parameter bytes: what the event's fields point into.
    package func judge(_ event: MailEvent, in bytes: UnsafeRawBufferPointer) -> Judgement? {
        guard event.kind.isFailure else { return nil }
        guard !event.reply.isEmpty else {
            return event.kind.verdict.map { Judgement(verdict: $0, rule: nil, reason: "", reasonHash: 0) }
        }
        let told = ToldReply(event)
        var judgement = event.reply.withPlainBytes(in: bytes) { reply in
            event.recipientLocal.withPlainBytes(in: bytes) { judge(reply, told: told, recipient: $0) }
        }
        if judgement.rule == nil, let verdict = event.kind.verdict { judgement.verdict = verdict }
        return judgement
    }

    /// Judges a reply.
    ///
    /// - Parameters:
    ///   - told: code and status that the log tells beside the text.
    ///   - recipient: local part of the recipient's address, which is left out of the reason; empty: not known.
    package func judge(
        _ reply: UnsafeRawBufferPointer,
        told: ToldReply = .nothing,
        recipient: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) -> Judgement {
        guard isRemembering else { return decide(reply, told, recipient) }
        var key = hash.hash(reply) ^ told.number &* 0x9E37_79B9_7F4A_7C15
        // Only where the name stands in the reply does it make a difference.
        let name = CanonicalReason.Name(recipient, in: reply)
        if let name { key ^= hash.hash(name.bytes) &* 0xD6E8_FEB8_6659_FD93 }
        if let known = judgements.value(for: key) { return known }
        let judgement = decide(reply, told, recipient)
        judgements.insert(judgement, for: key)
        return judgement
    }

    /// Judges a reply. Not for the hot path.
    package func judge(_ reply: String, told: ToldReply = .nothing, recipient: String = "") -> Judgement {
        var reply = reply
        var recipient = recipient
        return reply.withUTF8 { reply in
            recipient.withUTF8 { recipient in
                judge(UnsafeRawBufferPointer(reply), told: told, recipient: UnsafeRawBufferPointer(recipient))
            }
        }
    }

    private func decide(
        _ reply: UnsafeRawBufferPointer,
        _ told: ToldReply,
        _ recipient: UnsafeRawBufferPointer
    ) -> Judgement {
        let line = ReplyLine.write(reply, told: told, to: line)
        let text = UnsafeRawBufferPointer(rebasing: self.line[..<line.count])
        let rule = rules.firstMatch(line, text, scratch)
        let count = CanonicalReason.write(
            text,
            from: line.textStart,
            leavingOut: CanonicalReason.Name(recipient, in: text),
            to: reason
        )
        let reason = UnsafeRawBufferPointer(rebasing: self.reason[..<count])
        return Judgement(
            verdict: rule.map { verdicts[$0] } ?? BounceVerdict(.undetermined),
            rule: rule,
            reason: String(decoding: reason, as: UTF8.self),
            reasonHash: hash.hash(reason)
        )
    }
}

extension EventKind {
    /// Whether a reply of this kind tells why something failed.
    var isFailure: Bool {
        switch self {
        case .transientFailure, .permanentFailure, .outOfBandBounce, .expiration, .rejection, .administrativeFailure:
            true
        case .reception, .delivery, .discard, .feedbackReport, .transfer, .envelope: false
        }
    }

    /// What the kind alone tells.
    fileprivate var verdict: BounceVerdict? {
        switch self {
        case .expiration: BounceVerdict(.messageExpired)
        case .administrativeFailure: BounceVerdict(.adminFailure)
        case .reception, .delivery, .transientFailure, .permanentFailure, .outOfBandBounce, .rejection, .discard,
            .feedbackReport, .transfer, .envelope:
            nil
        }
    }
}
