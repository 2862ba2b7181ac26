/// Momentum's events as JSON (4.x and 5.x: webhooks, `event_hydrant`; SparkPost's webhooks and ingest form): a record
/// `{"msys":{"message_event":{…}}}` a line, or an array of them, as a webhook's body is.
///
/// Every record is read or none of its line. Events of other groups (opens, clicks, unsubscribes, relays, tests) tell
/// nothing of mail's way. An empty record is a webhook's first call.
package struct MomentumJSONParser: LogParser {
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
        return JSONRecords.read(bytes, into: &events) { scanner, events in readRecord(&scanner, into: &events) }
    }

    /// `{"msys":{"message_event":{…}}}`.
    @inline(__always)
    private mutating func readRecord(_ scanner: inout JSONScanner, into events: inout [MailEvent]) -> LineOutcome {
        let line = scanner.line
        var outcome: LineOutcome?
        let isWhole = scanner.members { scanner, key in
            guard line.value(key, is: "msys"), scanner.next == UInt8(ascii: "{") else { return scanner.skipValue() }
            outcome = outcome ?? .nothing(at: nil)
            return scanner.members { scanner, group in
                var record = MomentumJSONRecord(isOfMail: Self.isOfMail(group, line))
                guard scanner.next == UInt8(ascii: "{") else { return scanner.skipValue() }
                guard record.read(&scanner) else { return false }
                outcome = readEvent(record, line, into: &events)
                return true
            }
        }
        guard isWhole else { return .unreadable(.badEncoding) }
        return outcome ?? .unreadable(.notThisFormat)
    }

    /// Whether a group's events may be of mail's way. `gen_event` and `unsubscribe_event` are the others.
    private static func isOfMail(_ group: JSONValue, _ line: LineBytes) -> Bool {
        line.value(group, is: "message_event") || line.value(group, is: "gen_event")
    }

    @inline(__always)
    private mutating func readEvent(
        _ record: MomentumJSONRecord,
        _ line: LineBytes,
        into events: inout [MailEvent]
    ) -> LineOutcome {
        guard record.type.isString else { return .unreadable(.missingField) }
        let time = clock.time(record.timestamp, line)
        guard record.isOfMail, let meaning = MomentumJSONRecord.Meaning(record.type, line) else {
            return record.isOfMail ? .unreadable(.unknownRecord) : .nothing(at: time.flatMap(allowed))
        }
        guard let time else { return .unreadable(.noTimestamp) }
        guard case .event(let kind) = meaning else { return .nothing(at: allowed(time)) }
        guard clock.bounds.allow(time) else { return .unreadable(.impossibleTime) }
        var event = MailEvent(occurredAt: time, kind: kind)
        if let reason = record.fill(&event, line) { return .unreadable(reason) }
        events.append(event)
        return .events
    }

    private func allowed(_ time: Int64) -> Int64? { clock.bounds.allow(time) ? time : nil }
}
