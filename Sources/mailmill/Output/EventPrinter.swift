import Foundation
import MailEvents

/// Prints the events of batches as JSON lines, and counts them.
struct EventPrinter {
    private let isQuiet: Bool
    private var lines: Int64 = 0
    private var kinds: [EventKind: Int] = [:]
    private(set) var unread = 0

    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
    }

    mutating func print(_ batch: EventBatch) {
        lines += batch.lines
        unread += batch.unread.count
        for event in batch.events {
            kinds[event.kind, default: 0] += 1
            if !isQuiet { Terminal.print(Self.document(event, batch).text(indented: false)) }
        }
        for line in batch.unread where !isQuiet {
            Terminal.note("byte \(line.position): \(line.reason.rawValue): \(batch.text(line.text))")
        }
    }

    var summary: String {
        let counts = kinds.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key)" }
        return "\(lines) lines: \(counts.isEmpty ? "no events" : counts.joined(separator: ", ")); \(unread) not read"
    }

    private static func document(_ event: MailEvent, _ batch: EventBatch) -> JSONValue {
        func text(_ field: Field) -> JSONValue? { field.isEmpty ? nil : .text(batch.text(field)) }
        func number(_ value: some BinaryInteger) -> JSONValue? { value < 0 ? nil : .whole(Int64(value)) }
        func address(_ local: Field, _ domain: Field) -> JSONValue? {
            guard !local.isEmpty || !domain.isEmpty else { return nil }
            return .text(batch.text(local) + (domain.isEmpty ? "" : "@" + batch.text(domain)))
        }
        let status = [event.statusClass, event.statusSubject, event.statusDetail]
        let members: [(String, JSONValue?)] = [
            ("occurred_at", .text(RFC3339.text(Date(microsecondsSince1970: event.occurredAt)))),
            ("kind", .text("\(event.kind)")),
            ("message_id", text(event.messageID)),
            ("sender", address(event.senderLocal, event.senderDomain)),
            ("recipient", address(event.recipientLocal, event.recipientDomain)),
            ("binding_group", text(event.bindingGroup)),
            ("binding", text(event.binding)),
            ("remote_host", text(event.remoteHost)),
            ("remote_address", text(event.remoteAddress)),
            ("size", number(event.size)),
            ("delay_ms", number(event.delay)),
            ("reply_code", number(event.replyCode)),
            ("status", status.contains { $0 < 0 } ? nil : .text(status.map(String.init).joined(separator: "."))),
            ("attempt", number(event.attempt)),
            ("stage", number(event.stage)),
            ("bounce_class", number(event.bounceClass)),
            ("reply", text(event.reply)),
        ]
        return .object(members.compactMap { name, value in value.map { (name, $0) } })
    }
}
