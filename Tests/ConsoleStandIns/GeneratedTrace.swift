import Foundation
import MailEvents
import Store

/// A page of a trace that finds what it was asked for.
struct GeneratedTrace {
    let end: Date
    let query: TraceQuery
    let node: String

    var page: TracePage {
        TracePage(messages: [deferred, failed, refused], next: query.after == nil ? TraceCursor("1_2_3") : nil)
    }

    private var recipient: String { query.recipient ?? "ann@example.org" }
    private var sender: String { query.sender ?? "news@example.net" }

    private func event(_ kind: EventKind, before seconds: TimeInterval, _ reply: String?, after delay: Int64?)
        -> TracedEvent
    {
        var event = TracedEvent(occurredAt: end.addingTimeInterval(-seconds), kind: kind)
        event.bindingGroup = "postfix"
        if kind != .reception {
            event.recipient = recipient
            event.binding = "smtp"
            event.remoteHost = "mx.example.org"
            event.remoteAddress = "203.0.113.5"
        }
        event.reply = reply
        event.delayMilliseconds = delay
        return event
    }

    private func message(_ id: String, _ events: [TracedEvent]) -> TracedMessage {
        var message = TracedMessage(node: node, messageID: id)
        message.sender = sender
        message.size = 20480
        message.clientHost = "app1.example.net"
        message.clientAddress = "198.51.100.7"
        message.receivedAt = events.first?.occurredAt
        message.events = events
        return message
    }

    private var deferred: TracedMessage {
        message(
            query.message ?? "4Zt9kL2Qm4z1Gk",
            [
                event(.reception, before: 1900, nil, after: nil),
                event(
                    .transientFailure,
                    before: 1898,
                    "host mx.example.org[203.0.113.5] said: 421 4.7.0 try later",
                    after: 1800
                ),
                event(.delivery, before: 95, "250 2.0.0 OK 9x", after: 1_803_000),
            ]
        )
    }

    private var failed: TracedMessage {
        message(
            "4Zt9kL2Qm4z1Gm",
            [
                event(.reception, before: 2500, nil, after: nil),
                event(
                    .permanentFailure,
                    before: 2499,
                    "550 5.1.1 <\(recipient)>: Recipient address rejected: <b>unknown</b>",
                    after: 900
                ),
            ]
        )
    }

    private var refused: TracedMessage {
        var message = TracedMessage(node: node, messageID: "")
        message.sender = sender
        message.clientAddress = "192.0.2.66"
        message.events = [event(.rejection, before: 3000, "554 5.7.1 Relay access denied", after: nil)]
        return message
    }
}
