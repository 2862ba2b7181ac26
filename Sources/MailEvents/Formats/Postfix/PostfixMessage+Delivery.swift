extension PostfixMessage {
    /// How often the address may contain what looks like its end.
    private static let mostCandidates = 64

    /// A delivery agent's line about one recipient, `to=<ann@example.org>, relay=…, delay=…, dsn=…, status=sent (…)`.
    ///
    /// The sender chooses the address and the next host chooses the text, so neither end of the line can be trusted
    /// alone. A quoted local part is skipped as such; after it the first `>` counts behind which the attributes follow
    /// up to `status=`.
    @inline(__always)
    func readDelivery(id: Field, from begin: Int, into events: inout [MailEvent]) -> LineOutcome {
        guard line.has("to=<", at: begin) else { return .nothing(at: time) }
        let start = begin + 4
        var candidates = 0
        var from = start
        if line[start] == UInt8(ascii: "\""), let close = line.closingQuote(after: start) { from = close }
        while candidates < Self.mostCandidates, let close = line.first(UInt8(ascii: ">"), from: from) {
            if let attributes = DeliveryAttributes(line, after: close) {
                return append(attributes, id: id, recipient: (start, close), into: &events)
            }
            candidates += 1
            from = close + 1
        }
        return .unreadable(.missingField)
    }

    @inline(__always)
    private func append(
        _ attributes: DeliveryAttributes,
        id: Field,
        recipient: (start: Int, end: Int),
        into events: inout [MailEvent]
    ) -> LineOutcome {
        let kind: EventKind
        switch attributes.status {
        case .probe: return .nothing(at: time)
        case .unknown: return .unreadable(.unknownRecord)
        case .deferred: kind = .transientFailure
        case .bounced: kind = .permanentFailure
        case .expired: kind = .expiration
        case .sent:
            // local(8) handed the message back to the queue under another id: pflogsumm's "forwarded".
            if line.has("forwarded as ", at: attributes.text.start) { return .nothing(at: time) }
            kind = program.role == .discard ? .discard : .delivery
        }
        var event = event(kind, id: id)
        event.binding = program.agent
        (event.recipientLocal, event.recipientDomain) = line.address(recipient.start, recipient.end)
        setHost(of: &event, from: attributes.relay.start, to: attributes.relay.end)
        event.delay = attributes.delay
        event.setStatus(attributes.dsn)
        event.reply = line.field(attributes.text.start, attributes.text.end)
        if let code = replyCode(in: attributes.text) { event.replyCode = code }
        events.append(event)
        return .events
    }

    /// The reply code in the text of a delivery: `250 2.0.0 Ok`, or that of `host mx[203.0.113.5] said: 421 …` and
    /// `host mx[203.0.113.5] refused to talk to me: 554 …`, also after `delivery temporarily suspended: `.
    @inline(__always)
    private func replyCode(in text: (start: Int, end: Int)) -> Int16? {
        let line = line.upTo(text.end)
        var place = text.start
        if line.digit(at: place) < 10 { return line.replyCode(at: place) }
        if line.has("delivery temporarily suspended: ", at: place) { place += 32 }
        guard line.has("host ", at: place), let close = line.first(UInt8(ascii: "]"), from: place) else { return nil }
        if line.has(" said: ", at: close + 1) { return line.replyCode(at: close + 8) }
        return line.has(" refused to talk to me: ", at: close + 1) ? line.replyCode(at: close + 25) : nil
    }
}
