/// KumoMTA's log records: one JSON object a line (the content of its zstd segments), or an array of them, as batched
/// log hooks deliver them.
///
/// A record whose `recipient` is an array (since 2025.12) tells of each of them: failures and deliveries count per
/// recipient, receptions, rejections and feedback reports once.
package struct KumoMTAParser: LogParser {
    /// Version of `state`, which is all there is of it: every line stands alone.
    private static let version: UInt8 = 1

    private var clock = RecordClock()

    /// - Parameters: what every format is given; nothing of it is needed here.
    package init(context: LogFormat.Context, state: [UInt8] = []) {}

    package var newestPossible: Int64 {
        get { clock.bounds.newest }
        set { clock.bounds.newest = newValue }
    }

    package var state: [UInt8] { [Self.version] }

    @inline(__always)
    package mutating func parse(_ line: UnsafeRawBufferPointer, into events: inout [MailEvent]) -> LineOutcome {
        guard let bytes = LineBytes(whole: line) else { return .nothing(at: nil) }
        return JSONRecords.read(bytes, into: &events) { scanner, events in
            var record = KumoMTARecord()
            guard record.read(&scanner) else { return .unreadable(.badEncoding) }
            return readEvent(record, scanner.line, into: &events)
        }
    }

    @inline(__always)
    private mutating func readEvent(
        _ record: KumoMTARecord,
        _ line: LineBytes,
        into events: inout [MailEvent]
    ) -> LineOutcome {
        guard record.type.isString else { return .unreadable(.notThisFormat) }
        guard let meaning = KumoMTARecord.Meaning(record.type, line) else { return .unreadable(.unknownRecord) }
        // `event_time` has the nanoseconds that `timestamp` has not.
        guard let time = clock.time(record.eventTime, line) ?? clock.time(record.timestamp, line) else {
            return .unreadable(.noTimestamp)
        }
        guard case .event(let kind, let isPerRecipient) = meaning else {
            return .nothing(at: clock.bounds.allow(time) ? time : nil)
        }
        guard clock.bounds.allow(time) else { return .unreadable(.impossibleTime) }
        var event = MailEvent(occurredAt: time, kind: kind)
        if let reason = record.fill(&event, line) { return .unreadable(reason) }
        // Of a report, `created` is when the report came.
        if kind != .reception, kind != .rejection, kind != .outOfBandBounce, kind != .feedbackReport {
            if let created = clock.time(record.createdTime, line) ?? clock.time(record.created, line) {
                event.setDelay(since: created)
            }
        }
        if kind == .feedbackReport {
            (event.recipientLocal, event.recipientDomain) = line.address(record.complainant)
        } else if record.recipient.kind == .array {
            return append(event, to: record.recipient, isPerRecipient, line, into: &events)
        } else {
            (event.recipientLocal, event.recipientDomain) = line.address(record.recipient)
        }
        events.append(event)
        return .events
    }

    /// Appends an event for each recipient, or one for all of them: then it has their domain only, if they are
    /// several (all of a message's recipients in one queue have the same).
    private func append(
        _ event: MailEvent,
        to recipients: JSONValue,
        _ isPerRecipient: Bool,
        _ line: LineBytes,
        into events: inout [MailEvent]
    ) -> LineOutcome {
        var scanner = JSONScanner(line: line, from: recipients.start - 1)
        let mark = events.count
        let isWhole = scanner.elements { scanner in
            guard let recipient = scanner.value() else { return false }
            var one = event
            (one.recipientLocal, one.recipientDomain) = line.address(recipient)
            events.append(one)
            return true
        }
        guard isWhole else { return .unreadable(.badEncoding) }
        if events.count == mark { events.append(event) }
        if !isPerRecipient, events.count > mark + 1 {
            events.removeSubrange((mark + 1)...)
            events[mark].recipientLocal = .absent
        }
        return .events
    }
}
