import LogGenerator
import MailEvents

/// Events and outcomes as text, for comparisons that can be read: what the line does not tell is left out.
enum EventText {
    static func of(_ event: MailEvent, in bytes: UnsafeRawBufferPointer) -> String {
        func text(_ field: Field) -> String { field.text(in: bytes) }
        func address(_ local: Field, _ domain: Field) -> String? {
            if local.isEmpty && domain.isEmpty { return nil }
            return domain.isEmpty ? "<\(text(local))>" : "<\(text(local))|\(text(domain))>"
        }
        func number(_ value: some BinaryInteger) -> String? { value == MailEvent.untold ? nil : "\(value)" }
        func field(_ field: Field) -> String? { field.isEmpty ? nil : text(field) }
        let status = number(event.statusClass).map { "\($0).\(event.statusSubject).\(event.statusDetail)" }
        let told: [(String, String?)] = [
            ("id", field(event.messageID)),
            ("from", address(event.senderLocal, event.senderDomain)),
            ("to", address(event.recipientLocal, event.recipientDomain)),
            ("group", field(event.bindingGroup)),
            ("binding", field(event.binding)),
            ("host", field(event.remoteHost)),
            ("ip", field(event.remoteAddress)),
            ("size", number(event.size)),
            ("delay", number(event.delay)),
            ("code", number(event.replyCode)),
            ("status", status),
            ("attempt", number(event.attempt)),
            ("stage", number(event.stage)),
            ("class", number(event.bounceClass)),
            ("reply", field(event.reply)),
        ]
        let head = "\(event.kind) \(LogStamp.iso(event.occurredAt))"
        return told.reduce(into: head) { line, item in
            if let value = item.1 { line += " \(item.0)=\(value)" }
        }
    }

    /// What one line is read as: its events, or `nothing`, or `unreadable` with the reason.
    static func of(_ line: [UInt8], _ parser: inout any LogParser) -> [String] {
        line.withUnsafeBytes { bytes in
            var events: [MailEvent] = []
            switch parser.parse(bytes, into: &events) {
            case .events: return events.map { of($0, in: bytes) }
            case .nothing(let time): return [time.map { "nothing \(LogStamp.iso($0))" } ?? "nothing"]
            case .unreadable(let reason): return ["unreadable: \(reason.rawValue)"]
            }
        }
    }

    /// Everything that a batch holds.
    static func of(_ batch: EventBatch) -> [String] {
        let events = batch.bytes.withUnsafeBytes { bytes in batch.events.map { of($0, in: bytes) } }
        let unread = batch.unread.map { "unread \($0.position) \($0.reason.rawValue): \(batch.text($0.text))" }
        return events + unread + ["lines \(batch.lines)", "up to \(batch.readUpTo.map(LogStamp.iso) ?? "?")"]
    }
}

extension EventBatch {
    /// A batch without anything.
    static var empty: EventBatch {
        EventBatch(
            fileID: 0,
            from: 0,
            fingerprint: FileFingerprint(headLength: 0, headHash: [], tailLength: 0, tailHash: [])
        )
    }
}
