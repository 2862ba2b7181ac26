/// A Postfix log as a busy relay writes it: for most messages connect, client=, message-id, from=, to= sent, removed,
/// disconnect; some deferred, bounced, expired, discarded or refused, some lines of other programs. It does not look
/// like a filter's: no message is counted twice.
package struct PostfixLog: Sendable {
    /// How a line begins.
    package enum Envelope: Sendable {
        /// `Mar  5 04:07:09`, in UTC.
        case traditional
        /// `2026-03-05T04:07:09.123456+00:00`.
        case iso
        /// `<22>1 2026-03-05T04:07:09.123456Z`: RFC 5424.
        case structured
        /// An entry of `journalctl -o json`, with the fields that Debian 12's journal has.
        case journal
    }

    package private(set) var tally = LogTally()
    /// The time of the last line, microseconds since 1970 UTC.
    package private(set) var time: Int64
    private let envelope: Envelope
    private let host: String
    private let domains: DomainTail
    /// Microseconds between two messages, on the average.
    private let interval: Int
    private var random: SeededRandom
    private var messages = 0
    private var text: [UInt8] = []

    /// - Parameters:
    ///   - start: the time of the first line, microseconds since 1970 UTC.
    ///   - rate: messages a second.
    package init(
        seed: UInt64,
        start: Int64,
        domains: DomainTail,
        envelope: Envelope = .iso,
        host: String = "mx1",
        rate: Int = 50
    ) {
        self.random = SeededRandom(seed: seed)
        self.time = start
        self.domains = domains
        self.envelope = envelope
        self.host = host
        self.interval = 1_000_000 / max(1, rate)
    }

    /// The lines of this many more messages, each with its line feed.
    package mutating func lines(messages count: Int) -> [UInt8] {
        text.removeAll(keepingCapacity: true)
        for _ in 0..<count {
            time += Int64(random.below(interval * 2))
            if random.onceIn(14) { refusedSession() }
            if random.onceIn(40) { otherPrograms() }
            message()
        }
        return text
    }

    private mutating func line(_ program: String, _ message: String) {
        switch envelope {
        case .traditional: add("\(LogStamp.traditional(time)) \(host) \(program): \(message)\n")
        case .iso: add("\(LogStamp.iso(time)) \(host) \(program): \(message)\n")
        case .structured:
            let parts = program.split(separator: "[")
            let process = parts.count > 1 ? String(parts[1].dropLast()) : "-"
            add("<22>1 \(LogStamp.rfc3339(time)) \(host) \(parts[0]) \(process) - - \(message)\n")
        case .journal: add(JournalLine.text(time: time, host: host, program: program, message: message))
        }
        tally.lines += 1
        time += Int64(random.below(400))
    }

    private mutating func add(_ line: String) { text.append(contentsOf: line.utf8) }

    private mutating func message() {
        messages += 1
        let id = queueID()
        let client = "app\(messages % 9).example.net[198.51.100.\(messages % 250 + 1)]"
        let pid = 300 + messages % 40
        let isSubmitted = random.onceIn(30)
        tally.receptions += 1
        if isSubmitted {
            line("postfix/pickup[77]", "\(id): uid=1000 from=<ann>")
        } else {
            line("postfix/smtpd[\(pid)]", "connect from \(client)")
            line("postfix/smtpd[\(pid)]", "\(id): client=\(client), sasl_method=PLAIN, sasl_username=app1")
        }
        line("postfix/cleanup[\(pid + 1)]", "\(id): message-id=<c\(messages).\(random.below(1 << 30))@example.net>")
        let isRefused = !isSubmitted && random.onceIn(200)
        if isRefused {
            refusedContent(id, client, pid)
        } else {
            queue(id, isSubmitted: isSubmitted, client, pid)
        }
    }

    private mutating func queue(_ id: String, isSubmitted: Bool, _ client: String, _ pid: Int) {
        let recipients = random.onceIn(12) ? 2 + random.below(2) : 1
        let size = 1000 + random.below(60_000)
        let active = "\(id): from=<news@example.net>, size=\(size), nrcpt=\(recipients) (queue active)"
        line("postfix/qmgr[78]", active)
        if !isSubmitted {
            line(
                "postfix/smtpd[\(pid)]",
                "disconnect from \(client) ehlo=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=6"
            )
        }
        for _ in 0..<recipients { recipient(id, active) }
        line("postfix/qmgr[78]", "\(id): removed")
    }

    /// What becomes of one recipient.
    private mutating func recipient(_ id: String, _ active: String) {
        let rank = domains.rank(&random)
        let name = DomainTail.name(rank)
        let address = "user\(random.below(100_000))@\(name)"
        let relay = "mx.\(name)[203.0.113.\(rank % 250 + 1)]"
        let chance = random.below(1000)
        if chance < 90 {
            let reason = "host \(relay) said: 421 4.7.0 try again later (in reply to RCPT TO command)"
            attempt(id, address, relay, delay: "1.8", dsn: "4.7.0", "deferred (\(reason))")
            tally.transientFailures += 1
            if chance < 4 {
                line("postfix/qmgr[78]", "\(id): from=<news@example.net>, status=expired, returned to sender")
                tally.expirations += 1
                return
            }
            line("postfix/qmgr[78]", active)
        }
        if chance >= 970 {
            let reason = "host \(relay) said: 550 5.1.1 <\(address)>: user unknown (in reply to RCPT TO command)"
            attempt(id, address, relay, delay: "0.9", dsn: "5.1.1", "bounced (\(reason))")
            line("postfix/bounce[\(500 + chance % 7)]", "\(id): sender non-delivery notification: \(queueID())")
            tally.permanentFailures += 1
            return
        }
        let delay = chance < 90 ? "1803" : "0.\(1 + random.below(99))"
        attempt(id, address, relay, delay: delay, dsn: "2.0.0", "sent (250 2.0.0 Ok: queued as \(queueID()))")
        tally.deliveries += 1
        tally.deliveriesByRank[rank, default: 0] += 1
    }

    private mutating func attempt(
        _ id: String,
        _ address: String,
        _ relay: String,
        delay: String,
        dsn: String,
        _ status: String
    ) {
        let delays = "delay=\(delay), delays=0.05/0.01/0.\(random.below(9))/0.\(random.below(9))"
        line(
            "postfix/smtp[\(400 + random.below(60))]",
            "\(id): to=<\(address)>, relay=\(relay):25, \(delays), dsn=\(dsn), status=\(status)"
        )
    }

    private mutating func refusedContent(_ id: String, _ client: String, _ pid: Int) {
        let envelope = "from=<news@example.net> to=<ann@example.org> proto=ESMTP helo=<app.example.net>"
        if random.onceIn(4) {
            line("postfix/cleanup[\(pid + 1)]", "\(id): discard: header Subject: x from \(client); \(envelope)")
            tally.discards += 1
        } else {
            let reason = "milter-reject: END-OF-MESSAGE from \(client): 5.7.1 Spam message rejected"
            line("postfix/cleanup[\(pid + 1)]", "\(id): \(reason); \(envelope)")
            tally.rejections += 1
        }
        line("postfix/smtpd[\(pid)]", "disconnect from \(client) ehlo=1 mail=1 rcpt=1 data=0/1 commands=3/4")
    }

    private mutating func refusedSession() {
        let client = "unknown[192.0.2.\(random.below(250) + 1)]"
        let rank = domains.rank(&random)
        let address = "user\(random.below(100_000))@\(DomainTail.name(rank))"
        let envelope = "from=<x@example.com> to=<\(address)> proto=ESMTP helo=<dsl.example.com>"
        line("postfix/smtpd[299]", "connect from \(client)")
        if random.onceIn(5) {
            line(
                "postfix/smtpd[299]",
                "NOQUEUE: reject: RCPT from \(client): 450 4.7.1 Client host rejected: cannot find your hostname; \(envelope)"
            )
        } else {
            let reason = "554 5.7.1 <\(address)>: Relay access denied"
            line("postfix/smtpd[299]", "NOQUEUE: reject: RCPT from \(client): \(reason); \(envelope)")
        }
        tally.rejections += 1
        line("postfix/smtpd[299]", "disconnect from \(client) ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4")
    }

    private mutating func otherPrograms() {
        line("sshd[812]", "Accepted publickey for ops from 192.0.2.77 port 50522 ssh2")
        line("postfix/smtpd[301]", "warning: hostname dsl.example.com does not resolve to address 192.0.2.9")
        line("postfix/anvil[88]", "statistics: max connection rate 1/60s for (smtp:192.0.2.9) at Mar  5 04:00:00")
    }

    /// A long queue id, as `enable_long_queue_ids = yes` makes them: letters without vowels, and digits.
    private mutating func queueID() -> String {
        let letters = Array("0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxy".utf8)
        var bytes = (0..<10).map { _ in letters[random.below(letters.count)] }
        bytes.append(UInt8(ascii: "z"))
        bytes.append(contentsOf: (0..<4).map { _ in letters[random.below(letters.count)] })
        return String(decoding: bytes, as: UTF8.self)
    }
}
