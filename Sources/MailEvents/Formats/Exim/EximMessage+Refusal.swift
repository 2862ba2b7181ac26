extension EximMessage {
    /// What Exim refuses or throws away while it talks with a client, with or without a message id before it:
    /// `H=(x) [192.0.2.9] F=<a@example.net> rejected RCPT <bob@example.com>: relay not permitted`, also `temporarily
    /// rejected`; connections that it does not take or drops; recipients that an ACL discards.
    ///
    /// A client chooses words that come before (its name, its sender): only what stands where Exim puts it counts.
    @inline(__always)
    func readRefusal(id: Field, from start: Int, into events: inout [MailEvent]) -> LineOutcome {
        switch line[start] {
        case UInt8(ascii: "H"), UInt8(ascii: "U"), UInt8(ascii: "F"):
            guard line[start + 1] == UInt8(ascii: "=") else { break }
            let fields = EximFields(line, from: start - 1)
            return readRefusedCommand(id: id, fields, into: &events)
        case UInt8(ascii: "r"), UInt8(ascii: "t"):
            let isRefused =
                line.has("rejected ", at: start) || line.has("temporarily rejected ", at: start)
                || line.has("refused connection from ", at: start)
                || line.has("temporarily refused connection from ", at: start)
            if isRefused { return appendRefusal(id: id, from: start, into: &events) }
        case UInt8(ascii: "S"):
            let isRefused =
                (line.has("SMTP call from ", at: start) && line.first(" dropped: too many ", from: start) != nil)
                || (line.has("SMTP protocol ", at: start) && line.first("): rejected ", from: start) != nil)
            if isRefused { return appendRefusal(id: id, from: start, into: &events) }
        case UInt8(ascii: "C"):
            if line.has("Connection from ", at: start), line.first(" refused", from: start) != nil {
                return appendRefusal(id: id, from: start, into: &events)
            }
        case UInt8(ascii: "u"):
            let isRefused =
                line.has("unqualified sender rejected: ", at: start)
                || line.has("unqualified recipient rejected: ", at: start)
            if isRefused { return appendRefusal(id: id, from: start, into: &events) }
        default: break
        }
        return .nothing(at: time)
    }

    /// A command that was refused, behind the fields that say who gave it.
    private func readRefusedCommand(id: Field, _ fields: EximFields, into events: inout [MailEvent]) -> LineOutcome {
        let start = fields.end + 1
        let isTemporary = line.has("temporarily rejected ", at: start)
        let isDiscarded = line.has("RCPT ", at: start) && line.first(": discarded by ", from: start) != nil
        guard isTemporary || isDiscarded || line.has("rejected ", at: start) else { return .nothing(at: time) }
        var event = event(isDiscarded ? .discard : .rejection, id: id)
        event.remoteHost = fields.host
        event.remoteAddress = fields.address
        (event.senderLocal, event.senderDomain) = line.address(fields.sender.start, fields.sender.end)
        fillRefusal(&event, from: start, isTemporary: isTemporary)
        events.append(event)
        return .events
    }

    /// A refusal that begins the message. The client stands somewhere in it.
    private func appendRefusal(id: Field, from start: Int, into events: inout [MailEvent]) -> LineOutcome {
        var event = event(.rejection, id: id)
        if let fields = line.first(" H=", from: start) {
            let client = EximFields(line, from: fields)
            (event.remoteHost, event.remoteAddress) = (client.host, client.address)
        } else if let from = line.first(" from ", from: start, to: start + 50) {
            var client = EximFields(line, from: line.end)
            _ = client.readHost(line, from + 6)
            (event.remoteHost, event.remoteAddress) = (client.host, client.address)
        }
        fillRefusal(&event, from: start, isTemporary: line.has("temporarily ", at: start))
        events.append(event)
        return .events
    }

    /// Fills in the recipient, if it is `RCPT` that was refused, the reason, and the class of what the client was told.
    private func fillRefusal(_ event: inout MailEvent, from start: Int, isTemporary: Bool) {
        var place = start
        if let recipient = line.first("RCPT <", from: start, to: start + 27),
            let close = line.addressEnd(from: recipient + 6)
        {
            (event.recipientLocal, event.recipientDomain) = line.address(recipient + 6, close)
            place = close
        }
        let reason = line.first(": ", from: place).map { $0 + 2 } ?? start
        event.reply = line.field(reason < line.end ? reason : start, line.end)
        // The log has no reply code. X.0.0 is what RFC 3463 has for a status of which only the class is known.
        if isTemporary { event.setStatus(EnhancedStatus(class: 4, subject: 0, detail: 0)) }
    }
}
