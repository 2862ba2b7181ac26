/// One event of one log line: numbers, and fields that point into the line. Numbers that the line does not tell are
/// `MailEvent.untold`.
package struct MailEvent: Sendable, Equatable {
    /// The value of a number that the log does not tell.
    package static let untold = -1

    /// Microseconds since 1970-01-01 00:00:00 UTC.
    package var occurredAt: Int64
    package var kind: EventKind

    /// The server's own id of the message: queue id, spool id, message id. Not the `Message-ID` header.
    package var messageID: Field = .absent
    /// Envelope sender, local part. Empty with `senderDomain` empty: the null sender, or untold.
    package var senderLocal: Field = .absent
    package var senderDomain: Field = .absent
    package var recipientLocal: Field = .absent
    /// The recipient's domain, which is also the routing domain unless the server tells another.
    package var recipientDomain: Field = .absent
    /// Momentum's binding group, PowerMTA's VMTA pool, KumoMTA's egress pool, Postfix's `syslog_name`.
    package var bindingGroup: Field = .absent
    /// Momentum's binding, PowerMTA's VMTA, KumoMTA's egress source, Postfix's delivery agent.
    package var binding: Field = .absent
    /// Name of the host at the other end: next hop of a delivery, client of a reception or rejection.
    package var remoteHost: Field = .absent
    /// IP address of the host at the other end, without brackets or port.
    package var remoteAddress: Field = .absent
    /// The reply of the other end, or the server's own reason.
    package var reply: Field = .absent

    /// Bytes of the message.
    package var size: Int64 = Int64(MailEvent.untold)
    /// Milliseconds from reception to this event.
    package var delay: Int64 = Int64(MailEvent.untold)
    /// Reply code of RFC 5321 (200 to 599).
    package var replyCode: Int16 = Int16(MailEvent.untold)
    /// Enhanced status code of RFC 3463, class, subject, detail.
    package var statusClass: Int16 = Int16(MailEvent.untold)
    package var statusSubject: Int16 = Int16(MailEvent.untold)
    package var statusDetail: Int16 = Int16(MailEvent.untold)
    /// Number of the attempt; the first is 1.
    package var attempt: Int32 = Int32(MailEvent.untold)
    /// Momentum's connection stage, 0 to 22.
    package var stage: Int16 = Int16(MailEvent.untold)
    /// Bounce class as the server tells it: Momentum's code.
    package var bounceClass: Int16 = Int16(MailEvent.untold)

    package init(occurredAt: Int64, kind: EventKind) {
        self.occurredAt = occurredAt
        self.kind = kind
    }
}
