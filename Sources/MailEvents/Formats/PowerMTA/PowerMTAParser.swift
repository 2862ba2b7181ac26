/// PowerMTA's accounting files: CSV (RFC 4180) with a header line that names the columns, which are those that the
/// site has chosen, in any order.
///
/// A field in quotes may contain line feeds. Such a record counts by its first line, and what it tells there; the
/// lines up to the closing quotes are passed over.
package struct PowerMTAParser: LogParser {
    /// Version of `state`.
    private static let version: UInt8 = 1
    /// Columns that a header may have.
    private static let mostColumns = 1000
    /// Lines that a record may go on over. After that, quotes are taken for damaged.
    private static let mostLines: UInt8 = 50

    private var clock: PowerMTAClock
    private var bounds = TimeBounds()
    /// What each column is; empty before the header.
    private var columns: [UInt8] = []
    /// How many lines the record has gone on over, 1 for its first; 0 where the last line ended its record.
    private var openLines: UInt8 = 0

    /// - Parameter state: what `state` gave after the line before. Empty or damaged: the file is read from its
    ///   beginning.
    package init(context: LogFormat.Context, state: [UInt8] = []) {
        var rest = state[...]
        let last = rest.popFirst() == Self.version ? LastStamp.take(from: &rest) : nil
        clock = PowerMTAClock(zone: context.zone, last: last)
        guard state.first == Self.version, let openLines = rest.popFirst(), openLines <= Self.mostLines,
            rest.count <= Self.mostColumns, rest.allSatisfy({ PowerMTAColumn(rawValue: $0) != nil })
        else { return }
        self.openLines = openLines
        columns = Array(rest)
    }

    package var newestPossible: Int64 {
        get { bounds.newest }
        set { bounds.newest = newValue }
    }

    /// Version, the last stamp, how many lines the last record went over, and a byte for each column.
    package var state: [UInt8] { [Self.version] + LastStamp.bytes(clock.local.last) + [openLines] + columns }

    @inline(__always)
    package mutating func parse(_ line: UnsafeRawBufferPointer, into events: inout [MailEvent]) -> LineOutcome {
        guard let bytes = LineBytes(whole: line) else { return .nothing(at: nil) }
        if let start = Self.headerStart(bytes) { return readHeader(bytes, from: start) }
        guard !columns.isEmpty else { return .unreadable(.noHeader) }
        guard openLines == 0 else { return goOn(bytes, into: &events) }
        return readRecord(bytes, into: &events)
    }

    /// Where the header begins, behind a byte order mark; nil if the line is none.
    @inline(__always)
    private static func headerStart(_ line: LineBytes) -> Int? {
        let start = line[0] == 0xEF && line[1] == 0xBB && line[2] == 0xBF ? 3 : 0
        return line.has("type,", at: start) || line.has("\"type\",", at: start) ? start : nil
    }

    private mutating func readHeader(_ line: LineBytes, from start: Int) -> LineOutcome {
        var fields = CSVFields(line, from: start)
        var found: [UInt8] = []
        while let field = fields.next(), found.count <= Self.mostColumns {
            found.append(PowerMTAColumn(field, line).rawValue)
        }
        guard !fields.isOpen, !fields.isBroken, found.count <= Self.mostColumns else {
            return .unreadable(.badEncoding)
        }
        guard found.contains(PowerMTAColumn.timeLogged.rawValue) else { return .unreadable(.missingField) }
        columns = found
        openLines = 0
        return .nothing(at: nil)
    }

    /// A line after one that has left its quotes open: the rest of its record, unless it reads as a record itself,
    /// since then the one before was torn.
    private mutating func goOn(_ line: LineBytes, into events: inout [MailEvent]) -> LineOutcome {
        let lines = openLines
        openLines = 0
        let outcome = readRecord(line, into: &events)
        guard case .unreadable = outcome else { return outcome }
        guard lines < Self.mostLines else { return outcome }
        var fields = CSVFields(line, isInQuotes: true)
        while fields.next() != nil {}
        openLines = fields.isOpen ? lines + 1 : 0
        return .nothing(at: nil)
    }

    @inline(__always)
    private mutating func readRecord(_ line: LineBytes, into events: inout [MailEvent]) -> LineOutcome {
        var fields = CSVFields(line)
        var record = PowerMTARecord()
        var count = 0
        while let field = fields.next(), count < columns.count {
            record.take(field, for: PowerMTAColumn(rawValue: columns[count]) ?? .other)
            count += 1
        }
        guard !fields.isBroken else { return .unreadable(.badEncoding) }
        guard let meaning = PowerMTARecord.Meaning(record.type, line) else { return .unreadable(.unknownRecord) }
        guard let time = clock.time(record.timeLogged, line) else { return .unreadable(.noTimestamp) }
        guard bounds.allow(time) else {
            if case .nothing = meaning { return .nothing(at: nil) }
            return .unreadable(.impossibleTime)
        }
        let outcome: LineOutcome
        switch meaning {
        case .nothing: outcome = .nothing(at: time)
        case .event(var kind, let hasRecipient):
            guard !hasRecipient || !record.recipient.isEmpty else { return .unreadable(.missingField) }
            // Handed to a queue that throws everything away: nobody got it.
            if kind == .delivery, line.has("discard", filling: record.deliveryType) { kind = .discard }
            var event = MailEvent(occurredAt: time, kind: kind)
            if let reason = record.fill(&event, line) { return .unreadable(reason) }
            if event.delay == Int64(MailEvent.untold), let queued = clock.time(record.timeQueued, line) {
                event.setDelay(since: queued)
            }
            events.append(event)
            outcome = .events
        }
        clock.take(time)
        openLines = fields.isOpen ? 1 : 0
        return outcome
    }
}

extension PowerMTARecord {
    /// What a record's type means.
    enum Meaning {
        case event(EventKind, hasRecipient: Bool)
        /// A known type that tells nothing that is counted.
        case nothing

        /// nil for a type that is not known.
        @inline(__always)
        init?(_ type: Field, _ line: LineBytes) {
            let start = Int(type.offset)
            switch (type.length, line[start], type.length > 1 ? line[start + 1] : 0) {
            case (1, UInt8(ascii: "d"), _): self = .event(.delivery, hasRecipient: true)
            case (1, UInt8(ascii: "b"), _): self = .event(.permanentFailure, hasRecipient: true)
            case (1, UInt8(ascii: "t"), _): self = .event(.transientFailure, hasRecipient: true)
            case (2, UInt8(ascii: "t"), UInt8(ascii: "q")): self = .event(.transientFailure, hasRecipient: false)
            case (1, UInt8(ascii: "r"), _): self = .event(.reception, hasRecipient: true)
            case (2, UInt8(ascii: "r"), UInt8(ascii: "b")): self = .event(.outOfBandBounce, hasRecipient: false)
            case (2, UInt8(ascii: "r"), UInt8(ascii: "s")): self = .nothing
            case (1, UInt8(ascii: "f"), _): self = .event(.feedbackReport, hasRecipient: false)
            default: return nil
            }
        }
    }
}
