/// The logs that a busy Momentum node writes besides its main log, and its events as JSON.
package struct MomentumSideLog: GeneratedLines {
    package enum Kind: Sendable {
        /// `bouncelog.ec`: most lines name again what mainlog tells.
        case bouncelog
        /// `rejectlog.ec`.
        case rejectlog
        /// `fbllog.ec`.
        case fbllog
        /// Events, a record a line.
        case json
    }

    private var pen: LogPen
    private let kind: Kind

    package var tally: LogTally { pen.tally }

    /// - Parameter start: the time of the first line, microseconds since 1970 UTC.
    package init(_ kind: Kind, seed: UInt64, start: Int64, domains: DomainTail) {
        self.kind = kind
        pen = LogPen(seed: seed, start: start, domains: domains)
    }

    package mutating func lines(messages count: Int) -> [UInt8] {
        for _ in 0..<count {
            pen.nextMessage()
            switch kind {
            case .bouncelog: bounce()
            case .rejectlog: reject()
            case .fbllog: complaint()
            case .json: message()
            }
        }
        return pen.take()
    }

    private mutating func bounce() {
        let (rank, domain, local) = pen.recipient()
        let isOutOfBand = pen.random.onceIn(10)
        let head = "\(pen.time / 1_000_000)@\(spoolID())@\(spoolID())@\(spoolID())"
        let way = "group-\(pen.messages % 4)@ip\(pen.messages % 32)"
        let reply = "203.0.113.\(rank % 250 + 1)@550 5.1.1 <\(local)\\@\(domain)> user unknown"
        pen.line("\(head)@B@\(local)@\(domain)@news@example.net@\(way)@\(isOutOfBand ? 21 : 5)@10@1223@\(reply)")
        if isOutOfBand { pen.tally.outOfBandBounces += 1 }
    }

    private mutating func reject() {
        let (_, domain, local) = pen.recipient()
        let client = "192.0.2.\(pen.messages % 250 + 1):42601"
        pen.line(
            "\(pen.time / 1_000_000): R=\"\(client)\" L=\"192.0.2.1:25\" C=\"\(spoolID())\" PATH=\"inbound\" "
                + "PATH_GRP=\"mx\" P=\"awaiting rcptto\" E=550 M=scriptlet "
                + "CTXCONN=[pathway=inbound,ehlo_string=\"EHLO dsl.example.com\",ehlo_domain=dsl.example.com] "
                + "CTXMESS=[mailfrom_domain=\(domain),mailfrom_string=\"MAIL FROM:<\(local)@\(domain)>\","
                + "mailfrom_localpart=\(local)] relaying denied"
        )
        pen.tally.rejections += 1
    }

    private mutating func complaint() {
        let (_, domain, local) = pen.recipient()
        let way = "ip\(pen.messages % 32)@group-\(pen.messages % 4)"
        pen.line("\(pen.time)@\(spoolID())@F@\(local)@\(domain)@\(way)@abuse@fbl.example.com@campaign=spring")
        pen.tally.feedbackReports += 1
    }

    private mutating func message() {
        let (rank, domain, local) = pen.recipient()
        let id = pen.hex(20)
        let shared =
            "\"message_id\":\"\(id)\",\"rcpt_to\":\"\(local)@\(domain)\",\"routing_domain\":\"\(domain)\","
            + "\"msg_from\":\"news@example.net\",\"msg_size\":\"\(1000 + pen.random.below(60_000))\","
            + "\"binding_group\":\"group-\(pen.messages % 4)\",\"binding\":\"ip\(pen.messages % 32)\","
            + "\"campaign_id\":\"spring\",\"rcpt_meta\":{\"customer\":\"\(pen.messages)\"},\"rcpt_tags\":[\"a\",\"b\"],"
            + "\"recv_method\":\"rest\",\"delv_method\":\"esmtp\""
        event("injection", shared)
        pen.tally.receptions += 1
        let next = "\(shared),\"ip_address\":\"203.0.113.\(rank % 250 + 1)\",\"queue_time\":\"1500\""
        let chance = pen.random.below(1000)
        if chance < 90 {
            event(
                "delay",
                "\(next),\"num_retries\":\"0\",\"error_code\":\"451\",\"raw_reason\":\"451 4.7.1 try again later\""
            )
            pen.tally.transientFailures += 1
        }
        if chance >= 970 {
            event(
                "bounce",
                "\(next),\"num_retries\":\"0\",\"bounce_class\":\"10\",\"error_code\":\"550\","
                    + "\"raw_reason\":\"550 5.1.1 <\(local)@\(domain)> user \\\"unknown\\\"\""
            )
            pen.tally.permanentFailures += 1
        } else {
            event("delivery", "\(next),\"num_retries\":\"\(chance < 90 ? 1 : 0)\"")
            pen.countDelivery(rank)
        }
        if pen.random.onceIn(5) {
            let opened = "\"track_event\":{\"type\":\"open\",\"timestamp\":\"\(pen.time / 1_000_000)\",\(shared)}"
            pen.line("{\"msys\":{\(opened)}}")
        }
    }

    private mutating func event(_ type: String, _ rest: String) {
        let seconds = "\(pen.time / 1_000_000).\(String(1000 + pen.time / 1000 % 1000).dropFirst())"
        let number = pen.hex(16)
        pen.line(
            "{\"msys\":{\"message_event\":{\"type\":\"\(type)\",\"event_id\":\"\(number)\",\"timestamp\":\"\(seconds)\","
                + "\(rest)}}}"
        )
    }

    /// `00/00-25004-31B987F3`.
    private mutating func spoolID() -> String {
        "00/\(10 + pen.random.below(90))-\(10_000 + pen.random.below(90_000))-\(pen.hex(8).uppercased())"
    }
}
