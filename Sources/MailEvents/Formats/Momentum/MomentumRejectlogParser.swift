/// Momentum's `rejectlog.ec` (versions 3 to 5): what it refused of clients, one a line, `KEY=VALUE` items parted by
/// spaces, the reason behind them.
///
/// A line with a remote end and a code counts, whatever follows: what a client says stands in `CTXCONN` and `CTXMESS`
/// behind them.
package struct MomentumRejectlogParser: LogParser {
    /// Version of `state`, which is all there is of it: every line stands alone.
    private static let version: UInt8 = 1

    private var bounds = TimeBounds()

    /// - Parameters: what every format is given; nothing of it is needed here.
    package init(context: LogFormat.Context, state: [UInt8] = []) {}

    package var newestPossible: Int64 {
        get { bounds.newest }
        set { bounds.newest = newValue }
    }

    package var state: [UInt8] { [Self.version] }

    @inline(__always)
    package mutating func parse(_ line: UnsafeRawBufferPointer, into events: inout [MailEvent]) -> LineOutcome {
        guard let bytes = LineBytes(whole: line) else { return .nothing(at: nil) }
        guard let time = bytes.momentumTime(before: UInt8(ascii: ":")) else { return .unreadable(.noTimestamp) }
        guard let space = bytes.first(UInt8(ascii: " "), from: 0, to: 18) else { return .unreadable(.missingField) }
        if bytes.has("Marker ", at: space + 1) { return .nothing(at: bounds.allow(time) ? time : nil) }
        guard bytes.has("R=", at: space + 1) else { return .unreadable(.unknownRecord) }
        guard bounds.allow(time) else { return .unreadable(.impossibleTime) }
        var event = MailEvent(occurredAt: time, kind: .rejection)
        if let reason = event.readRejectItems(bytes, from: space + 1) { return .unreadable(reason) }
        events.append(event)
        return .events
    }
}

extension MailEvent {
    /// Fills in a rejection from its items, the first of which begins at `start`. Gives why it cannot.
    fileprivate mutating func readRejectItems(_ line: LineBytes, from start: Int) -> UnreadableReason? {
        var place = start
        var hasCode = false
        while let item = RejectItem(line, at: place) {
            let end = item.value + Int(line.field(item.value, item.end).length)
            switch item.keyLength {
            // Behind the first code may stand what a client made up.
            case 1 where !hasCode && line.has("R=", at: place): setRemoteEnd(line, item.value, end)
            case 1 where !hasCode && line.has("E=", at: place):
                guard let code = line.number(item.value, end), code < 1000 else { return .badNumber }
                hasCode = true
                if code >= 200, code < 600 { replyCode = Int16(code) }
            case 8 where line.has("PATH_GRP=", at: place): bindingGroup = line.field(item.value, end)
            case 7 where line.has("CTXMESS=", at: place): readEnvelope(line, item.value, end)
            default: break
            }
            place = item.next
        }
        guard hasCode else { return .missingField }
        reply = line.field(place, line.end)
        setStatus(line.enhancedStatus(at: place) ?? line.enhancedStatus(afterReplyCodeAt: place))
        return nil
    }

    /// `10.79.25.142:42601`: the port is what stands behind the last colon.
    private mutating func setRemoteEnd(_ line: LineBytes, _ start: Int, _ limit: Int) {
        let colon = line.last(UInt8(ascii: ":"), from: start, to: limit) ?? limit
        let isBracketed = line[start] == UInt8(ascii: "[") && line[colon - 1] == UInt8(ascii: "]")
        let (first, last) = isBracketed ? (start + 1, colon - 1) : (start, colon)
        if line.isIPAddress(first, last) { remoteAddress = line.field(first, last) }
    }

    /// `mailfrom_domain=example.net,mailfrom_string="MAIL FROM:<x@example.net>",mailfrom_localpart=x`.
    private mutating func readEnvelope(_ line: LineBytes, _ start: Int, _ limit: Int) {
        let line = line.upTo(limit)
        func value(_ key: StaticString) -> Field {
            guard let found = line.first(key, from: start) else { return .absent }
            guard found == start || line[found - 1] == UInt8(ascii: ",") else { return .absent }
            let value = found + key.utf8CodeUnitCount
            return line.field(value, line.first(UInt8(ascii: ","), from: value) ?? limit)
        }
        senderLocal = value("mailfrom_localpart=")
        senderDomain = value("mailfrom_domain=")
        recipientLocal = value("rcptto_localpart=")
        recipientDomain = value("rcptto_domain=")
    }
}

/// One `KEY=VALUE`, where the value is bare, in quotes, or in brackets.
private struct RejectItem {
    var keyLength: Int
    /// Where the value begins and ends, without quotes or brackets.
    var value: Int
    var end: Int
    /// Where the next item, or the reason, begins.
    var next: Int

    /// nil if no item begins here: then it is the reason.
    init?(_ line: LineBytes, at start: Int) {
        var equals = start
        while line[equals] &- UInt8(ascii: "A") < 26 || line[equals] == UInt8(ascii: "_") { equals += 1 }
        guard equals > start, line[equals] == UInt8(ascii: "=") else { return nil }
        keyLength = equals - start
        value = equals + 1
        switch line[equals + 1] {
        case UInt8(ascii: "\""):
            guard let close = line.closingQuote(after: equals + 1) else { return nil }
            (value, end, next) = (equals + 2, close, close + 1)
        case UInt8(ascii: "["):
            guard let close = Self.closingBracket(line, from: equals + 2) else { return nil }
            (value, end, next) = (equals + 2, close, close + 1)
        default:
            end = line.first(UInt8(ascii: " "), from: equals + 1) ?? line.end
            next = end
        }
        if line[next] == UInt8(ascii: " ") { next += 1 }
    }

    /// The `]` that ends a list: outside of quotes or, where a client's words have left the quotes uneven, the first
    /// one with a space behind it.
    private static func closingBracket(_ line: LineBytes, from start: Int) -> Int? {
        var place = start
        while place < line.end {
            switch line[place] {
            case UInt8(ascii: "]"): return place
            case UInt8(ascii: "\""):
                guard let close = line.closingQuote(after: place) else { return line.first("] ", from: start) }
                place = close
            default: break
            }
            place += 1
        }
        return line.first("] ", from: start)
    }
}
