/// What Exim said at a time, after the stamp has been taken off (Exim's specification, "Log files").
struct EximMessage {
    let line: LineBytes
    /// Microseconds since 1970 UTC.
    let time: Int64

    /// The lowest of the error numbers that say that no attempt was made: retry time not reached, queued for a later
    /// run, too many deliveries to a host (`ERRNO_RETRY_BASE` in Exim's `macros.h`, the sign taken off).
    private static let noAttempt: Int64 = 51

    /// Reads the message that begins at `start`.
    @inline(__always)
    func read(from start: Int, into events: inout [MailEvent]) -> LineOutcome {
        guard let end = messageIDEnd(at: start) else { return readRefusal(id: .absent, from: start, into: &events) }
        let id = line.field(start, end)
        let flag = end + 1
        guard line[flag + 2] == UInt8(ascii: " ") || flag + 2 == line.end else {
            return readRefusal(id: id, from: flag, into: &events)
        }
        let text = flag + 3
        switch (line[flag], line[flag + 1]) {
        // `(=` is a message that was taken and the client told otherwise (`fakereject`).
        case (UInt8(ascii: "<"), UInt8(ascii: "=")), (UInt8(ascii: "("), UInt8(ascii: "=")):
            return readReception(id: id, from: text, into: &events)
        case (UInt8(ascii: "="), UInt8(ascii: ">")), (UInt8(ascii: "-"), UInt8(ascii: ">")),
            (UInt8(ascii: ">"), UInt8(ascii: ">")):
            return readDelivery(id: id, from: text, into: &events)
        case (UInt8(ascii: "*"), UInt8(ascii: "*")):
            return readFailure(.permanentFailure, id: id, from: text, into: &events)
        case (UInt8(ascii: "="), UInt8(ascii: "=")):
            return readFailure(.transientFailure, id: id, from: text, into: &events)
        default:
            return readRefusal(id: id, from: flag, into: &events)
        }
    }

    /// Whether a line without an event is surely Exim's: a message id stands behind a stamp, or it is about a queue run.
    static func isOwn(_ line: LineBytes) -> Bool {
        var place = 0
        var words = 0
        while words < 12, let space = line.first(UInt8(ascii: " "), from: place) {
            if EximMessage(line: line, time: 0).messageIDEnd(at: space + 1) != nil { return true }
            place = space + 1
            if line.has("Start queue run: ", at: place) || line.has("End queue run: ", at: place) { return true }
            words += 1
        }
        return false
    }

    /// The end of the message id at `start`: `1tpwQm-0003Ab-1z` or, since 4.97, `1tpwQm-000000003Ab-1z9K`. nil if none
    /// stands there with a space behind it.
    @inline(__always)
    private func messageIDEnd(at start: Int) -> Int? {
        guard line[start + 6] == UInt8(ascii: "-") else { return nil }
        let isLong = line[start + 18] == UInt8(ascii: "-") && line[start + 23] == UInt8(ascii: " ")
        guard isLong || (line[start + 13] == UInt8(ascii: "-") && line[start + 16] == UInt8(ascii: " ")) else {
            return nil
        }
        if isLong { return line.areWordCharacters(start, start + 23) ? start + 23 : nil }
        return line.areWordCharacters(start, start + 16) ? start + 16 : nil
    }

    /// `news@example.net H=app1.example.net [198.51.100.7] P=esmtpsa S=20480 id=c1.77@example.net`.
    @inline(__always)
    private func readReception(id: Field, from start: Int, into events: inout [MailEvent]) -> LineOutcome {
        guard start < line.end else { return .unreadable(.missingField) }
        var event = event(.reception, id: id)
        let end: Int
        if line[start] == UInt8(ascii: "\""), let close = line.closingQuote(after: start) {
            end = line.first(UInt8(ascii: " "), from: close) ?? line.end
        } else {
            end = line.first(UInt8(ascii: " "), from: start) ?? line.end
        }
        if !(end == start + 2 && line.has("<>", at: start)) {
            (event.senderLocal, event.senderDomain) = line.address(start, end)
        }
        let fields = EximFields(line, from: end, endsWithSize: true)
        event.remoteHost = fields.host
        event.remoteAddress = fields.address
        guard let size = line.count(fields.size) else { return .unreadable(.badNumber) }
        event.size = size
        events.append(event)
        return .events
    }

    /// `ann@example.org R=dnslookup T=remote_smtp H=mx.example.org [203.0.113.5] C="250 OK" QT=2s DT=1s`, or
    /// `:blackhole: <ann@example.org> R=…`.
    @inline(__always)
    private func readDelivery(id: Field, from start: Int, into events: inout [MailEvent]) -> LineOutcome {
        guard start < line.end else { return .unreadable(.missingField) }
        var event = event(.delivery, id: id)
        if line.has(":blackhole:", at: start) { event.kind = .discard }
        if line.has("blackhole (", at: start) {
            // What an ACL discarded: of the MAIL and RCPT ACLs each recipient has its own line.
            guard !line.has("RCPT ACL", at: start + 11), !line.has("MAIL ACL", at: start + 11) else {
                return .nothing(at: time)
            }
            event.kind = .discard
            event.reply = line.field(start, line.end)
            events.append(event)
            return .events
        }
        let fields = fill(&event, from: start)
        guard let size = line.count(fields.size) else { return .unreadable(.badNumber) }
        event.size = size
        event.setReply(fields.confirmation, line)
        events.append(event)
        return .events
    }

    /// `ann@example.org R=dnslookup T=remote_smtp defer (-44) H=mx.example.org [203.0.113.5]: SMTP error from remote
    /// mail server after RCPT TO:<ann@example.org>: 451 4.7.1 greylisted`.
    @inline(__always)
    private func readFailure(
        _ kind: EventKind,
        id: Field,
        from start: Int,
        into events: inout [MailEvent]
    ) -> LineOutcome {
        guard start < line.end else { return .unreadable(.missingField) }
        var event = event(kind, id: id)
        let fields = fill(&event, from: start)
        if kind == .transientFailure, fields.errorNumber >= Self.noAttempt { return .nothing(at: time) }
        if let reason = fields.reason {
            let end = EximFields.withoutTimes(line, from: reason)
            event.reply = line.field(reason, end)
            if let reply = line.upTo(end).remoteReply(from: reason) {
                event.replyCode = line.replyCode(at: reply) ?? event.replyCode
                event.setStatus(line.enhancedStatus(afterReplyCodeAt: reply))
            }
        }
        events.append(event)
        return .events
    }

    /// Fills in what deliveries and failures have: recipient, sender, transport, next host, delay.
    @inline(__always)
    private func fill(_ event: inout MailEvent, from start: Int) -> EximFields {
        let end = EximFields.start(line, from: start)
        (event.recipientLocal, event.recipientDomain) = recipient(start, end)
        let fields = EximFields(line, from: end)
        (event.senderLocal, event.senderDomain) = line.address(fields.sender.start, fields.sender.end)
        event.binding = fields.transport
        event.remoteHost = fields.host
        event.remoteAddress = fields.address
        event.delay = fields.delay
        return fields
    }

    /// The recipient that stands in `start..<limit`: the last of `ann@example.org`, `ann <ann@example.org>`,
    /// `|/usr/bin/x <ann@example.org>`, `far@example.org <ann@example.net>`, that has a domain; for `far@…` the first,
    /// since that is where the message goes.
    @inline(__always)
    private func recipient(_ start: Int, _ limit: Int) -> (local: Field, domain: Field) {
        guard line[limit - 1] == UInt8(ascii: ">"), let open = line.last(" <", from: start, to: limit) else {
            return line.address(start, limit)
        }
        let first = line[start]
        let isAddress = first != UInt8(ascii: "|") && first != UInt8(ascii: "/") && first != UInt8(ascii: ":")
        if isAddress, line.last(UInt8(ascii: "@"), from: start, to: open) != nil { return line.address(start, open) }
        return line.address(open + 2, limit - 1)
    }

    /// An event of this message, with what every event has.
    @inline(__always)
    func event(_ kind: EventKind, id: Field) -> MailEvent {
        var event = MailEvent(occurredAt: time, kind: kind)
        event.messageID = id
        return event
    }
}

extension LineBytes {
    /// Where the reply of a remote host begins in `SMTP error from remote mail server after RCPT TO:<x>: 451 4.7.1 …`;
    /// nil if the text from `start` on is none of that kind.
    @inline(__always)
    fileprivate func remoteReply(from start: Int) -> Int? {
        guard has("SMTP error from remote", at: start) || has("LMTP error", at: start) else { return nil }
        var place = start
        if let open = first("TO:<", from: start), let close = addressEnd(from: open + 4) { place = close }
        while let colon = first(": ", from: place) {
            if replyCode(at: colon + 2) != nil { return colon + 2 }
            place = colon + 2
        }
        return nil
    }
}
