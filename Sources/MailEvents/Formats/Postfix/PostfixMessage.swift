/// What one of Postfix's programs said at a time, after the envelope of its log line has been taken off.
///
/// Counted are the lines that pflogsumm 1.1.5 counts as received, delivered, deferrals, bounced, rejected and
/// discarded. Where its rules and the truth differ, `docs/vocabulary.md` ("Postfix and pflogsumm") names the
/// difference, and a test shows both.
struct PostfixMessage {
    /// Ends where the message ends.
    var line: LineBytes
    /// Microseconds since 1970 UTC.
    var time: Int64
    var program: PostfixProgram

    /// A line is repeated as often as this at most; syslog daemons write "message repeated" after seconds.
    private static let mostRepeats = 1000

    /// Reads the message that begins at `start`.
    @inline(__always)
    func read(from start: Int, into events: inout [MailEvent]) -> LineOutcome {
        var place = start
        // Before the queue id, Solaris' syslog puts its own: `[ID 197553 mail.info] `.
        if line[place] == UInt8(ascii: "["), line.has("[ID ", at: place), let close = line.first("] ", from: place) {
            place = close + 2
        }
        var id = place
        while line[id].isLetterOrDigit { id &+= 1 }
        guard id > place, line[id] == UInt8(ascii: ":"), line[id + 1] == UInt8(ascii: " ") else {
            return line.has("message repeated ", at: place)
                ? readRepeated(from: place + 17, into: &events) : .nothing(at: time)
        }
        return read(id: line.field(place, id), from: id + 2, into: &events)
    }

    /// Reads what stands after `QUEUEID: `.
    @inline(__always)
    private func read(id: Field, from start: Int, into events: inout [MailEvent]) -> LineOutcome {
        switch program.role {
        case .receiver:
            if line.has("client=", at: start) { return readReception(id: id, from: start, into: &events) }
            return readRefusal(id: id, from: start, into: &events)
        case .cleanup:
            if line.has("message-id=", at: start) { return .nothing(at: time) }
            return readRefusal(id: id, from: start, into: &events)
        case .pickup:
            return readSubmission(id: id, from: start, into: &events)
        case .queueManager:
            if line.has("from=<", at: start) { return readExpiration(id: id, from: start, into: &events) }
            return readDelivery(id: id, from: start, into: &events)
        case .discard, .deliveryAgent:
            return readDelivery(id: id, from: start, into: &events)
        case .other:
            // It may be a delivery agent that is not known here; a line that only looks like one is not damaged.
            guard case .events = readDelivery(id: id, from: start, into: &events) else { return .nothing(at: time) }
            return .events
        }
    }

    /// `message repeated 3 times: [ NOQUEUE: reject: …]`, as rsyslog writes with `$RepeatedMsgReduction on`: the event
    /// happened that many times more. pflogsumm does not see them.
    private func readRepeated(from start: Int, into events: inout [MailEvent]) -> LineOutcome {
        guard let space = line.first(UInt8(ascii: " "), from: start), line.has(" times: [", at: space),
            let times = line.number(start, space), times > 0
        else { return .nothing(at: time) }
        var place = space + 9
        while line[place] == UInt8(ascii: " ") { place += 1 }
        guard !line.has("message repeated ", at: place) else { return .nothing(at: time) }
        var inner = self
        if line[line.end - 1] == UInt8(ascii: "]") { inner.line = line.upTo(line.end - 1) }
        let outcome = inner.read(from: place, into: &events)
        guard case .events = outcome, let event = events.last else { return outcome }
        guard times <= Self.mostRepeats else {
            events.removeLast()
            return .unreadable(.badNumber)
        }
        for _ in 1..<times { events.append(event) }
        return .events
    }

    /// An event of this message, with what every event has.
    @inline(__always)
    func event(_ kind: EventKind, id: Field) -> MailEvent {
        var event = MailEvent(occurredAt: time, kind: kind)
        event.messageID = line.isNoQueue(id) ? .absent : id
        event.bindingGroup = program.group
        return event
    }
}

extension LineBytes {
    /// Whether a queue id says that there is no queue file.
    @inline(__always)
    func isNoQueue(_ id: Field) -> Bool { id.length == 7 && has("NOQUEUE", at: Int(id.offset)) }
}

extension UInt8 {
    /// Whether the byte is an ASCII letter or digit.
    @inline(__always)
    var isLetterOrDigit: Bool { self &- 0x30 < 10 || (self | 0x20) &- 0x61 < 26 }
}
