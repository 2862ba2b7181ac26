extension PostfixMessage {
    /// smtpd and qmqpd, `4Zt9kL2Qm4z1Gk: client=app1.example.net[198.51.100.7], sasl_method=PLAIN, …`: a queue file
    /// was made.
    ///
    /// `NOQUEUE: client=…` is not counted: the session is handed to a proxy filter (`smtpd_proxy_filter`), and the
    /// message gets its queue file behind it.
    func readReception(id: Field, from start: Int, into events: inout [MailEvent]) -> LineOutcome {
        if line.isNoQueue(id) { return .nothing(at: time) }
        let client = start + 7
        guard client < line.end else { return .unreadable(.missingField) }
        var event = event(.reception, id: id)
        setHost(of: &event, from: client, to: line.first(UInt8(ascii: ","), from: client) ?? line.end)
        events.append(event)
        return .events
    }

    /// pickup, `4Zt9kL2Qm4z1Gk: uid=1000 from=<ann>`: a queue file was made from the local queue. `sender=` is of old
    /// versions.
    func readSubmission(id: Field, from start: Int, into events: inout [MailEvent]) -> LineOutcome {
        guard line.has("uid=", at: start) || line.has("sender=", at: start) else { return .nothing(at: time) }
        var event = event(.reception, id: id)
        if let from = line.first(" from=<", from: start), let close = line.addressEnd(from: from + 7) {
            (event.senderLocal, event.senderDomain) = line.address(from + 7, close)
        }
        events.append(event)
        return .events
    }

    /// qmgr, `4Zt9kL2Qm4z1Gk: from=<news@example.net>, size=20480, nrcpt=1 (queue active)`: who sent the message, and its
    /// size. Written on every activation: `AwaitedEnvelopes` lets the first one through.
    private func readEnvelope(id: Field, from start: Int, into events: inout [MailEvent]) -> LineOutcome {
        guard let size = line.last(">, size=", from: start + 6, to: line.end) else { return .nothing(at: time) }
        var end = size + 8
        while line[end] &- 0x30 < 10 { end += 1 }
        guard let bytes = line.number(size + 8, end), line[end] == UInt8(ascii: ",") else { return .nothing(at: time) }
        var event = event(.envelope, id: id)
        (event.senderLocal, event.senderDomain) = line.address(start + 6, size)
        event.size = bytes
        events.append(event)
        return .events
    }

    /// qmgr, `4Zt9kL2Qm4z1Gk: from=<news@example.net>, status=expired, returned to sender`, also `force-expired`
    /// (`postsuper -f`).
    @inline(__always)
    func readExpiration(id: Field, from start: Int, into events: inout [MailEvent]) -> LineOutcome {
        if line.has("(queue active)", at: line.end - 14) { return readEnvelope(id: id, from: start, into: &events) }
        guard let status = line.first(">, status=", from: start),
            line.has("expired", at: status + 10) || line.has("force-expired", at: status + 10)
        else { return .nothing(at: time) }
        var event = event(.expiration, id: id)
        (event.senderLocal, event.senderDomain) = line.address(start + 6, status)
        event.reply = line.field(status + 3, line.end)
        events.append(event)
        return .events
    }

    /// Fills in who was at the other end: `mx.example.org[203.0.113.5]:25`, `[203.0.113.5]:4711`, or a name alone that
    /// is no host (`local`, `none`). `unknown` is Postfix's word for a client without a name.
    @inline(__always)
    func setHost(of event: inout MailEvent, from start: Int, to limit: Int) {
        guard let open = line.first(UInt8(ascii: "["), from: start, to: limit) else { return }
        if !(open - start == 7 && line.has("unknown", at: start)) { event.remoteHost = line.field(start, open) }
        guard let close = line.first(UInt8(ascii: "]"), from: open, to: limit) else { return }
        var address = open + 1
        if line.has("IPv6:", at: address) { address += 5 }
        if line.isIPAddress(address, close) { event.remoteAddress = line.field(address, close) }
    }
}
