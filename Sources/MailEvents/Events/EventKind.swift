/// What happened to a message, in mail's own words.
///
/// The raw value is stored in `rt_log.event.kind`; it never changes once released. What each mail server's log
/// counts as which kind stands in `docs/vocabulary.md`.
package enum EventKind: Int16, Sendable, CaseIterable {
    /// The server took responsibility for a message (RFC 5321 section 4.2.5). Per message or per recipient: the
    /// server's own unit.
    case reception = 1
    /// A recipient's copy was handed to the next host or to a mailbox.
    case delivery = 2
    /// An attempt failed with a 4xx reply, or for a reason that is tried again.
    case transientFailure = 3
    /// An attempt failed for good during the SMTP conversation or locally ("in-band bounce").
    case permanentFailure = 4
    /// A bounce message came back after the next host had accepted the message (RFC 3464).
    case outOfBandBounce = 5
    /// The message stayed in the queue longer than it may.
    case expiration = 6
    /// The server refused a client: no message came into being. The reply code tells 4xx from 5xx.
    case rejection = 7
    /// The message was thrown away by rule.
    case discard = 8
    /// An operator removed the message.
    case administrativeFailure = 9
    /// A complaint by the recipient (RFC 5965).
    case feedbackReport = 10
    /// The message went to another node of the same cluster. Stored, never counted.
    case transfer = 11
    /// The queue took up a message for the first time, and tells what its reception did not: sender and size. Stored,
    /// counted for its bytes only; joined with the reception where both are read together (`EventBatch.joinEnvelopes`).
    case envelope = 12
}
