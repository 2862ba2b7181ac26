/// A Momentum `mainlog.ec` as a busy node writes it: a reception and what becomes of it for each recipient, a
/// heartbeat a minute, some transfers between nodes.
package struct MomentumLog: Sendable {
    package private(set) var tally = LogTally()
    /// The time of the last line, microseconds since 1970 UTC.
    package private(set) var time: Int64
    /// 16 digits (microseconds) instead of 10.
    private let hasMicroseconds: Bool
    private let domains: DomainTail
    private let interval: Int
    private var random: SeededRandom
    private var messages = 0
    private var nextHeartbeat: Int64
    private var text: [UInt8] = []

    /// - Parameters:
    ///   - start: the time of the first line, microseconds since 1970 UTC.
    ///   - interval: microseconds between two messages, on the average.
    package init(
        seed: UInt64,
        start: Int64,
        domains: DomainTail,
        hasMicroseconds: Bool = false,
        interval: Int = 20_000
    ) {
        self.random = SeededRandom(seed: seed)
        self.time = start
        self.nextHeartbeat = start
        self.domains = domains
        self.hasMicroseconds = hasMicroseconds
        self.interval = max(1, interval)
    }

    /// The lines of this many more messages, each with its line feed.
    package mutating func lines(messages count: Int) -> [UInt8] {
        text.removeAll(keepingCapacity: true)
        for _ in 0..<count {
            time += Int64(random.below(interval * 2))
            if time >= nextHeartbeat {
                line("@@@@M1")
                nextHeartbeat = time + 60_000_000
            }
            message()
        }
        return text
    }

    private mutating func line(_ rest: String) {
        let stamp = hasMicroseconds ? time : time / 1_000_000
        text.append(contentsOf: "\(stamp)\(rest)\n".utf8)
        tally.lines += 1
        time += Int64(random.below(400))
    }

    private mutating func message() {
        messages += 1
        let ids = "@\(spoolID())@\(spoolID())@\(spoolID())@"
        let rank = domains.rank(&random)
        let domain = DomainTail.name(rank)
        let binding = "group-\(messages % 4)@ip\(messages % 32)"
        let size = 1000 + random.below(60_000)
        let isTransfer = random.onceIn(100)
        let transport = isTransfer ? "xfer" : "esmtp"
        let source = "198.51.100.\(messages % 250 + 1)"
        line(
            "\(ids)R@user\(random.below(100_000))@\(domain)@news@example.net@\(source)@\(size)@\(transport)@\(binding)"
        )
        if isTransfer { tally.transfers += 1 } else { tally.receptions += 1 }
        let remote = "203.0.113.\(rank % 250 + 1)"
        let chance = random.below(1000)
        if chance < 90 {
            line("\(ids)T@\(domain)@0@\(binding)@4@0@1.\(random.below(999))@\(remote)@421 4.7.0 try again later")
            tally.transientFailures += 1
        }
        if chance >= 970 {
            let reason = "550 5.1.1 <user\(random.below(100_000))\\@\(domain)> user unknown"
            line("\(ids)P@\(domain)@31@\(binding)@5@0@0.\(random.below(999))@\(remote)@\(reason)")
            tally.permanentFailures += 1
            return
        }
        let retries = chance < 90 ? 1 : 0
        let type = isTransfer && random.onceIn(2) ? "X" : "D"
        line("\(ids)\(type)@\(domain)@\(size)@\(binding)@\(retries)@0.\(random.below(999))@\(remote)")
        if type == "X" {
            tally.transfers += 1
        } else {
            tally.deliveries += 1
            tally.deliveriesByRank[rank, default: 0] += 1
        }
    }

    /// `00/00-25004-31B987F3`.
    private mutating func spoolID() -> String {
        let hex = String(random.next() >> 32 | 1 << 31, radix: 16, uppercase: true)
        return "00/\(10 + random.below(90))-\(10_000 + random.below(90_000))-\(hex)"
    }
}
