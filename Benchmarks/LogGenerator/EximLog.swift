/// An Exim main log as a busy relay writes it, with the selectors that most sites have: reception, delivery to the next
/// host, Completed; some deferred, retried, failed, thrown away or refused.
package struct EximLog: GeneratedLines {
    private var pen: LogPen
    /// Ids of 23 characters, as Exim writes since 4.97; eximstats knows them only since then.
    private let hasLongIDs: Bool

    package var tally: LogTally { pen.tally }

    /// - Parameter start: the time of the first line, microseconds since 1970 UTC.
    package init(seed: UInt64, start: Int64, domains: DomainTail, hasLongIDs: Bool = true) {
        pen = LogPen(seed: seed, start: start, domains: domains)
        self.hasLongIDs = hasLongIDs
    }

    package mutating func lines(messages count: Int) -> [UInt8] {
        for _ in 0..<count {
            pen.nextMessage()
            if pen.random.onceIn(14) { refuse() }
            message()
        }
        return pen.take()
    }

    private mutating func line(_ rest: String) {
        pen.line("\(LogStamp.plain(pen.time)) \(rest)")
    }

    private mutating func message() {
        let id = messageID()
        let client = "app\(pen.messages % 9).example.net [198.51.100.\(pen.messages % 250 + 1)]"
        let size = 1000 + pen.random.below(60_000)
        line(
            "\(id) <= news@example.net H=\(client) P=esmtpsa X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no A=plain:app1 "
                + "S=\(size) id=c\(pen.messages).\(pen.random.below(1 << 30))@example.net"
        )
        pen.tally.receptions += 1
        for _ in 0..<(pen.random.onceIn(12) ? 2 : 1) { recipient(id) }
        line("\(id) Completed QT=\(1 + pen.random.below(9))s")
    }

    private mutating func recipient(_ id: String) {
        let (rank, domain, local) = pen.recipient()
        let address = "\(local)@\(domain)"
        let host = "H=mx.\(domain) [203.0.113.\(rank % 250 + 1)]"
        let route = "R=dnslookup T=remote_smtp"
        let chance = pen.random.below(1000)
        if chance < 90 {
            let reason = "SMTP error from remote mail server after RCPT TO:<\(address)>: 451 4.7.1 try again later"
            line("\(id) == \(address) \(route) defer (-44) \(host): \(reason)")
            pen.tally.transientFailures += 1
            line("\(id) == \(address) \(route) defer (-53): retry time not reached for any host")
        }
        if chance >= 970 {
            let reason = "SMTP error from remote mail server after RCPT TO:<\(address)>: 550 5.1.1 user unknown"
            line("\(id) ** \(address) \(route) \(host) X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=yes: \(reason)")
            pen.tally.permanentFailures += 1
        } else if chance >= 965 {
            line("\(id) => :blackhole: <\(address)> R=blackhole")
            pen.tally.discards += 1
        } else {
            line(
                "\(id) => \(address) \(route) \(host) X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=yes "
                    + "C=\"250 2.0.0 Ok: queued as \(pen.hex(12))\" QT=\(1 + pen.random.below(9))s DT=1s"
            )
            pen.countDelivery(rank)
        }
    }

    private mutating func refuse() {
        let (_, domain, local) = pen.recipient()
        let client = "H=(dsl.example.com) [192.0.2.\(pen.random.below(250) + 1)] F=<x@example.com>"
        if pen.random.onceIn(5) {
            line("\(client) temporarily rejected RCPT <\(local)@\(domain)>: greylisted")
        } else {
            line("\(client) rejected RCPT <\(local)@\(domain)>: relay not permitted")
        }
        pen.tally.rejections += 1
    }

    private mutating func messageID() -> String {
        let seconds = pen.hex(6)
        return hasLongIDs ? "\(seconds)-\(pen.hex(11))-\(pen.hex(4))" : "\(seconds)-\(pen.hex(6))-\(pen.hex(2))"
    }
}
