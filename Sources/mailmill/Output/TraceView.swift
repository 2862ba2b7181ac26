import Foundation
import MailEvents
import Store

/// Messages that a trace found, as the command line shows them.
struct TraceView {
    let page: TracePage
    let period: Period

    /// A block a message: its head, and a line an event.
    func text() -> String {
        guard !page.messages.isEmpty else {
            return """
                no message found between \(RFC3339.text(period.from)) and \(RFC3339.text(period.to))
                look further back with --from; `mailmill collect status` tells how far each log has been read
                """
        }
        var blocks = page.messages.map(Self.block)
        if let next = page.next { blocks.append("more: the same with --after \(next)") }
        return blocks.joined(separator: "\n\n")
    }

    private static func block(_ message: TracedMessage) -> String {
        let id = message.messageID.isEmpty ? "refused before it had an id" : message.messageID
        var head = "\(id) on \(message.node): \(message.outcome)"
        head += "\n  from    \(sender(message))"
        if let size = message.size { head += ", \(size) bytes" }
        let client = client(message)
        if !client.isEmpty { head += "\n  client  \(client)" }
        if !message.recipients.isEmpty { head += "\n  to      \(message.recipients.joined(separator: ", "))" }
        return head + "\n" + message.events.map(line).joined(separator: "\n")
    }

    private static func line(_ event: TracedEvent) -> String {
        var parts = [RFC3339.text(event.occurredAt), "\(event.kind)"]
        if let recipient = event.recipient { parts.append(recipient) }
        if event.kind != .reception {
            let host = [event.remoteHost, event.remoteAddress.map { "[\($0)]" } ?? ""].joined()
            if !host.isEmpty { parts.append(host) }
        }
        if let attempt = event.attempt { parts.append("attempt \(attempt)") }
        if let delay = event.delayMilliseconds { parts.append("after \(duration(delay))") }
        if let reply = event.reply { parts.append(reply) }
        return "  " + parts.joined(separator: "  ")
    }

    private static func sender(_ message: TracedMessage) -> String {
        guard let sender = message.sender else { return "–" }
        return sender.isEmpty ? "<>" : sender
    }

    private static func client(_ message: TracedMessage) -> String {
        message.clientHost + (message.clientAddress.map { "[\($0)]" } ?? "")
    }

    private static func duration(_ milliseconds: Int64) -> String {
        let seconds = milliseconds / 1000
        if seconds < 60 { return String(format: "%.1f s", Double(milliseconds) / 1000) }
        if seconds < 3600 { return "\(seconds / 60) m \(seconds % 60) s" }
        return "\(seconds / 3600) h \(seconds / 60 % 60) m"
    }

    // MARK: - For programs

    func json() -> JSONValue {
        .object([
            ("from", JSONValue(period.from)),
            ("to", JSONValue(period.to)),
            ("messages", .array(page.messages.map(Self.document))),
            ("next", JSONValue(page.next.map(\.description))),
        ])
    }

    private static func document(_ message: TracedMessage) -> JSONValue {
        .object([
            ("node", .text(message.node)),
            ("message_id", .text(message.messageID)),
            ("outcome", .text(message.outcome)),
            ("received_at", JSONValue(message.receivedAt)),
            ("sender", JSONValue(message.sender)),
            ("size", JSONValue(message.size)),
            ("client_host", .text(message.clientHost)),
            ("client_address", JSONValue(message.clientAddress)),
            ("recipients", .array(message.recipients.map { .text($0) })),
            ("events", .array(message.events.map(document))),
        ])
    }

    private static func document(_ event: TracedEvent) -> JSONValue {
        .object([
            ("occurred_at", JSONValue(event.occurredAt)),
            ("kind", .text("\(event.kind)")),
            ("recipient", JSONValue(event.recipient)),
            ("binding_group", .text(event.bindingGroup)),
            ("binding", .text(event.binding)),
            ("remote_host", .text(event.remoteHost)),
            ("remote_address", JSONValue(event.remoteAddress)),
            ("size", JSONValue(event.size)),
            ("delay_ms", JSONValue(event.delayMilliseconds)),
            ("reply_code", JSONValue(event.replyCode.map(Int64.init))),
            ("status", JSONValue(event.status)),
            ("attempt", JSONValue(event.attempt.map(Int64.init))),
            ("bounce_class", JSONValue(event.bounceClass.map(Int64.init))),
            ("reason", .text(event.reason)),
            ("reply", JSONValue(event.reply)),
        ])
    }

    /// One row an event.
    func rows() -> TextTable {
        var table = TextTable(columns: [
            .text("node"), .text("message_id"), .text("sender"), .text("occurred_at"), .text("kind"),
            .text("recipient"),
            .text("binding_group"), .text("binding"), .text("remote_host"), .text("remote_address"), .number("size"),
            .number("delay_ms"), .number("reply_code"), .text("status"), .number("attempt"), .number("bounce_class"),
            .text("reason"), .text("reply"),
        ])
        for message in page.messages {
            for event in message.events {
                func number(_ value: (some BinaryInteger)?) -> String { value.map { String($0) } ?? "" }
                table.rows.append([
                    message.node, message.messageID, message.sender ?? "", RFC3339.text(event.occurredAt),
                    "\(event.kind)", event.recipient ?? "", event.bindingGroup, event.binding, event.remoteHost,
                    event.remoteAddress ?? "", number(event.size ?? message.size), number(event.delayMilliseconds),
                    number(event.replyCode), event.status ?? "", number(event.attempt), number(event.bounceClass),
                    event.reason, event.reply ?? "",
                ])
            }
        }
        return table
    }
}
