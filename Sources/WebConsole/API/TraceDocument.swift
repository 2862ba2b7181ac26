internal import Foundation
internal import Store

/// Traced messages as programs get them. Times are RFC 3339.
struct TraceDocument: Encodable {
    struct Message: Encodable {
        let node: String
        let messageID: String
        let outcome: String
        let receivedAt: String?
        /// Empty: the null sender; null: not told.
        let sender: String?
        let size: Int64?
        let clientHost: String
        let clientAddress: String?
        let recipients: [String]
        let events: [Event]

        enum CodingKeys: String, CodingKey {
            case node, outcome, sender, size, recipients, events
            case messageID = "message_id"
            case receivedAt = "received_at"
            case clientHost = "client_host"
            case clientAddress = "client_address"
        }

        init(_ message: TracedMessage) {
            node = message.node
            messageID = message.messageID
            outcome = message.outcome
            receivedAt = message.receivedAt.map { TimeParameter.format($0) }
            sender = message.sender
            size = message.size
            clientHost = message.clientHost
            clientAddress = message.clientAddress
            recipients = message.recipients
            events = message.events.map(Event.init)
        }
    }

    struct Event: Encodable {
        let occurredAt: String
        let kind: String
        let recipient: String?
        let bindingGroup: String
        let binding: String
        let remoteHost: String
        let remoteAddress: String?
        let size: Int64?
        let delayMilliseconds: Int64?
        let replyCode: Int?
        let status: String?
        let attempt: Int?
        let bounceClass: Int?
        let reason: String
        let reply: String?

        enum CodingKeys: String, CodingKey {
            case kind, recipient, binding, size, status, attempt, reason, reply
            case occurredAt = "occurred_at"
            case bindingGroup = "binding_group"
            case remoteHost = "remote_host"
            case remoteAddress = "remote_address"
            case delayMilliseconds = "delay_ms"
            case replyCode = "reply_code"
            case bounceClass = "bounce_class"
        }

        init(_ event: TracedEvent) {
            occurredAt = TimeParameter.format(event.occurredAt)
            kind = event.kindName
            recipient = event.recipient
            bindingGroup = event.bindingGroup
            binding = event.binding
            remoteHost = event.remoteHost
            remoteAddress = event.remoteAddress
            size = event.size
            delayMilliseconds = event.delayMilliseconds
            replyCode = event.replyCode
            status = event.status
            attempt = event.attempt
            bounceClass = event.bounceClass
            reason = event.reason
            reply = event.reply
        }
    }

    let from: String
    let to: String
    let messages: [Message]
    /// For `after`; null on the last page.
    let next: String?

    init(_ page: TracePage, period: Period) {
        from = TimeParameter.format(period.from)
        to = TimeParameter.format(period.to)
        messages = page.messages.map(Message.init)
        next = page.next?.description
    }
}
