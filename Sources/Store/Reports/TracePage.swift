package import struct Foundation.Date
package import MailEvents

/// Messages that a trace found, the newest first.
package struct TracePage: Sendable, Equatable {
    package var messages: [TracedMessage]
    /// Where the next page begins; nil where this one is the last.
    package var next: TraceCursor?

    package init(messages: [TracedMessage], next: TraceCursor? = nil) {
        self.messages = messages
        self.next = next
    }
}

/// One thing that happened to a message.
package struct TracedEvent: Sendable, Equatable {
    package var occurredAt: Date
    package var kind: EventKind
    /// Nil where the log does not tell, and no other line does.
    package var recipient: String?
    package var bindingGroup = ""
    package var binding = ""
    package var remoteHost = ""
    package var remoteAddress: String?
    package var size: Int64?
    package var delayMilliseconds: Int64?
    package var replyCode: Int?
    /// Enhanced status code of RFC 3463.
    package var status: String?
    package var attempt: Int?
    /// Momentum's code of the kind of failure.
    package var bounceClass: Int?
    /// Canonical reason of a failure.
    package var reason = ""
    package var reply: String?

    package init(occurredAt: Date, kind: EventKind) {
        self.occurredAt = occurredAt
        self.kind = kind
    }
}

extension TracedEvent {
    /// As in the API and in `mailmill parse`: `transientFailure`.
    package var kindName: String { "\(kind)" }

    /// For people.
    package var title: String {
        switch kind {
        case .reception: "Reception"
        case .delivery: "Delivery"
        case .transientFailure: "Transient failure"
        case .permanentFailure: "Permanent failure"
        case .outOfBandBounce: "Out-of-band bounce"
        case .expiration: "Expiration"
        case .rejection: "Rejection"
        case .discard: "Discard"
        case .administrativeFailure: "Administrative failure"
        case .feedbackReport: "Feedback report"
        case .transfer: "Transfer"
        case .envelope: "Envelope"
        }
    }

    /// Whether it ended the way of a copy to its recipient, or came back as a complaint.
    package var isFailure: Bool {
        switch kind {
        case .permanentFailure, .outOfBandBounce, .expiration, .rejection, .administrativeFailure, .feedbackReport: true
        case .reception, .delivery, .transientFailure, .discard, .transfer, .envelope: false
        }
    }
}

/// A message on one node, from its reception to its end, as far as the logs tell.
package struct TracedMessage: Sendable, Equatable {
    package var node: String
    /// The server's own id; empty for what was refused before there was a message.
    package var messageID: String
    package var receivedAt: Date?
    /// Empty: the null sender. Nil: no line tells.
    package var sender: String?
    package var size: Int64?
    /// Who handed it over: name and address.
    package var clientHost = ""
    package var clientAddress: String?
    /// All that happened, the oldest first; envelopes are not among them.
    package var events: [TracedEvent] = []

    package init(node: String, messageID: String) {
        self.node = node
        self.messageID = messageID
    }

    /// Who it was for, each once, in the order in which they are met.
    package var recipients: [String] {
        var seen: Set<String> = []
        return events.compactMap(\.recipient).filter { !$0.hasPrefix("@") && seen.insert($0).inserted }
    }

    /// What became of each recipient: the last thing that happened. One word for all, if it is the same.
    package var outcome: String {
        let last = Dictionary(events.filter { $0.kind != .reception }.map { ($0.recipient ?? "", $0.kind) }) { $1 }
        let kinds = Set(last.values)
        if kinds.isEmpty { return "in the queue" }
        return kinds.sorted { $0.rawValue < $1.rawValue }.map(Self.word).joined(separator: ", ")
    }

    private static func word(_ kind: EventKind) -> String {
        switch kind {
        case .reception, .envelope: "in the queue"
        case .delivery: "delivered"
        case .transientFailure: "deferred"
        case .permanentFailure: "failed"
        case .outOfBandBounce: "bounced later"
        case .expiration: "expired"
        case .rejection: "refused"
        case .discard: "discarded"
        case .administrativeFailure: "removed"
        case .feedbackReport: "complained about"
        case .transfer: "handed on"
        }
    }
}
