/// A PowerMTA accounting file as a busy node writes it: a header, and records of receptions, deliveries and failures,
/// some with a reply in quotes.
package struct PowerMTALog: GeneratedLines {
    private var pen: LogPen
    private var hasHeader = false

    package var tally: LogTally { pen.tally }

    /// - Parameter start: the time of the first line, microseconds since 1970 UTC.
    package init(seed: UInt64, start: Int64, domains: DomainTail) {
        pen = LogPen(seed: seed, start: start, domains: domains)
    }

    package mutating func lines(messages count: Int) -> [UInt8] {
        if !hasHeader {
            hasHeader = true
            pen.line(
                "type,timeLogged,timeQueued,orig,rcpt,orcpt,dsnAction,dsnStatus,dsnDiag,dsnMta,bounceCat,srcType,srcMta,"
                    + "dlvType,dlvSourceIp,dlvDestinationIp,dlvEsmtpAvailable,dlvSize,vmta,jobId,envId,queue,vmtaPool"
            )
        }
        for _ in 0..<count {
            pen.nextMessage()
            message()
        }
        return pen.take()
    }

    private mutating func message() {
        let (rank, domain, local) = pen.recipient()
        let queued = LogStamp.zoned(pen.time)
        let envelope = "n@example.net,\(local)@\(domain),"
        let vmta = "vmta\(pen.messages % 32)"
        let size = 1000 + pen.random.below(60_000)
        let tail = "\(vmta),spring,e\(pen.messages),\(domain)/\(vmta),pool\(pen.messages % 4)"
        let source = "smtp,app1.example.net (198.51.100.7)"
        pen.line("r,\(queued),,\(envelope),,,,,,\(source),,,,,,\(tail)")
        pen.tally.receptions += 1
        let ip = "203.0.113.\(rank % 250 + 1)"
        let next = "mx.\(domain) (\(ip))"
        let way = "\(source),smtp,192.0.2.7,\(ip),\"PIPELINING,SIZE,8BITMIME\",\(size),\(tail)"
        func stamps() -> String { "\(LogStamp.zoned(pen.time)),\(queued),\(envelope)" }
        let chance = pen.random.below(1000)
        if chance < 90 {
            let reply = "4.7.1 (delivery not authorized),\"smtp;451 4.7.1 try again later, please\""
            pen.line("t,\(stamps()),delayed,\(reply),\(next),policy-related,\(way)")
            pen.tally.transientFailures += 1
        }
        if chance >= 970 {
            let reply =
                "5.1.1 (bad destination mailbox address),\"smtp;550 5.1.1 <\(local)@\(domain)> user \"\"unknown\"\"\""
            pen.line("b,\(stamps()),failed,\(reply),\(next),bad-mailbox,\(way)")
            pen.tally.permanentFailures += 1
        } else {
            pen.line("d,\(stamps()),relayed,2.0.0 (success),smtp;250 2.0.0 OK \(pen.hex(10)),\(next),,\(way)")
            pen.countDelivery(rank)
        }
        if pen.random.onceIn(200) {
            let reply = "5.2.2 (mailbox full),smtp;552 5.2.2 full"
            pen.line("rb,\(stamps()),failed,\(reply),\(next),quota-issues,,,,,,,,\(tail)")
            pen.tally.outOfBandBounces += 1
        }
    }
}
