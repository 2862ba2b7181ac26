/// What Mailmill makes of a reply.
package struct Judgement: Sendable, Equatable {
    package var verdict: BounceVerdict
    /// Index in the rule set's `rules`; nil: no rule fits.
    package var rule: Int?
    /// The reply with what differs from message to message replaced, so that replies aggregate: UTF-8 of at most
    /// `CanonicalReason.maximumLength` bytes.
    package var reason: String
    /// A hash of `reason`, keyed for this process: for caches.
    package var reasonHash: UInt64
}
