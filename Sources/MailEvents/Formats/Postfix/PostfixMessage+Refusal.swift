extension PostfixMessage {
    /// What smtpd, postscreen and cleanup write when they refuse or discard: `reject: `, `milter-reject: `,
    /// `discard: `, `milter-discard: ` after the queue id or `NOQUEUE`, or `reject: ` alone.
    ///
    /// `reject_warning`, `warning`, `hold`, `filter`, `redirect` and the like tell no event: nobody was refused.
    @inline(__always)
    func readRefusal(id: Field, from start: Int, into events: inout [MailEvent]) -> LineOutcome {
        switch line[start] {
        case UInt8(ascii: "r") where line.has("reject: ", at: start):
            return appendRefusal(.rejection, id: id, from: start + 8, into: &events)
        case UInt8(ascii: "m") where line.has("milter-reject: ", at: start):
            return appendRefusal(.rejection, id: id, from: start + 15, into: &events)
        case UInt8(ascii: "d") where line.has("discard: ", at: start):
            return appendRefusal(.discard, id: id, from: start + 9, into: &events)
        case UInt8(ascii: "m") where line.has("milter-discard: ", at: start):
            return appendRefusal(.discard, id: id, from: start + 16, into: &events)
        default:
            if id.length == 6, line.has("reject", at: Int(id.offset)) {
                return appendRefusal(.rejection, id: .absent, from: start, into: &events)
            }
            return .nothing(at: time)
        }
    }

    /// `RCPT from host[ip]: 554 5.7.1 <x@example.org>: Relay access denied; from=<a> to=<b> proto=ESMTP helo=<h>`, or
    /// cleanup's `header Subject: x from host[ip]; from=<a> to=<b> proto=ESMTP helo=<h>: 5.7.1 reason`.
    ///
    /// The line counts whatever follows; details are filled in as far as they are told.
    private func appendRefusal(_ kind: EventKind, id: Field, from start: Int, into events: inout [MailEvent])
        -> LineOutcome
    {
        var event = event(kind, id: id)
        let isAboutContent = program.role == .cleanup && line[start] &- UInt8(ascii: "a") < 26
        if isAboutContent {
            fillContentRefusal(&event, from: start)
        } else {
            fillSessionRefusal(&event, from: start)
        }
        events.append(event)
        return .events
    }

    /// A refused command: who was refused, the reply, and the envelope so far.
    private func fillSessionRefusal(_ event: inout MailEvent, from start: Int) {
        guard let from = line.first(" from ", from: start),
            let bracket = line.first(UInt8(ascii: "]"), from: from),
            let colon = line.first(": ", from: bracket)
        else { return }
        setHost(of: &event, from: from + 6, to: colon)
        let reply = colon + 2
        let envelope = line.first("; from=<", from: reply) ?? line.first("; proto=", from: reply)
        setReply(of: &event, from: reply, to: envelope ?? line.end)
        if let envelope { _ = fillEnvelope(&event, from: envelope) }
    }

    /// A refused header or body: the reason stands at the end, behind the envelope.
    private func fillContentRefusal(_ event: inout MailEvent, from start: Int) {
        guard let envelope = line.first("; from=<", from: start) else { return }
        if let from = line.last(" from ", from: start, to: envelope) {
            setHost(of: &event, from: from + 6, to: envelope)
        }
        var place = fillEnvelope(&event, from: envelope)
        if line.has(" proto=", at: place), let space = line.first(UInt8(ascii: " "), from: place + 7) { place = space }
        if line.has(" helo=<", at: place), let close = line.first(">: ", from: place) { place = close + 1 }
        if line.has(": ", at: place) { setReply(of: &event, from: place + 2, to: line.end) }
    }

    /// Reads `; from=<a> to=<b>` or, as postscreen writes, `; from=<a>, to=<b>`. Gives where that ends.
    private func fillEnvelope(_ event: inout MailEvent, from start: Int) -> Int {
        var place = start
        if line.has("; from=<", at: place), let close = line.addressEnd(from: place + 8) {
            (event.senderLocal, event.senderDomain) = line.address(place + 8, close)
            place = close + 1
        }
        let to = line[place] == UInt8(ascii: ",") ? place + 1 : place
        if line.has(" to=<", at: to), let close = line.addressEnd(from: to + 5) {
            (event.recipientLocal, event.recipientDomain) = line.address(to + 5, close)
            place = close + 1
        }
        return place
    }

    /// Fills in the reply, `554 5.7.1 …` or, of milters and header checks, `5.7.1 …`.
    private func setReply(of event: inout MailEvent, from start: Int, to limit: Int) {
        var limit = limit
        if limit == line.end, line[limit - 1] == UInt8(ascii: ";") { limit -= 1 }
        event.reply = line.field(start, limit)
        let text = line.upTo(limit)
        if let code = text.replyCode(at: start) {
            event.replyCode = code
            event.setStatus(text.enhancedStatus(afterReplyCodeAt: start))
        } else {
            event.setStatus(text.enhancedStatus(at: start))
        }
    }
}
