/// What the generators of logs have in common: the text so far, its truth, and where time and chance have got to.
struct LogPen: Sendable {
    var tally = LogTally()
    /// The time of the last line, microseconds since 1970 UTC.
    var time: Int64
    var random: SeededRandom
    var messages = 0
    let domains: DomainTail
    private let interval: Int
    private var text: [UInt8] = []

    /// - Parameters:
    ///   - start: the time of the first line, microseconds since 1970 UTC.
    ///   - interval: microseconds between two messages, on the average.
    init(seed: UInt64, start: Int64, domains: DomainTail, interval: Int = 20_000) {
        self.random = SeededRandom(seed: seed)
        self.time = start
        self.domains = domains
        self.interval = max(1, interval)
    }

    /// Begins the next message, some time after the last.
    mutating func nextMessage() {
        messages += 1
        time += Int64(random.below(interval * 2))
    }

    /// Adds a line, and its line feed.
    mutating func line(_ line: String) {
        text.append(contentsOf: line.utf8)
        text.append(0x0A)
        tally.lines += 1
        time += Int64(random.below(400))
    }

    /// The text since this was asked last.
    mutating func take() -> [UInt8] {
        defer { text.removeAll(keepingCapacity: true) }
        return text
    }

    /// A recipient: the rank of its domain, the domain, the local part.
    mutating func recipient() -> (rank: Int, domain: String, local: String) {
        let rank = domains.rank(&random)
        return (rank, DomainTail.name(rank), "user\(random.below(100_000))")
    }

    /// Counts a delivery.
    mutating func countDelivery(_ rank: Int) {
        tally.deliveries += 1
        tally.deliveriesByRank[rank, default: 0] += 1
    }

    /// Hexadecimal digits.
    mutating func hex(_ count: Int) -> String {
        let digits = String(random.next() | 1 << 63, radix: 16)
        return count <= 16 ? String(digits.prefix(count)) : digits + hex(count - 16)
    }
}

/// A log that can be generated, of whatever format.
package protocol GeneratedLines: Sendable {
    var tally: LogTally { get }

    /// The lines of this many more messages, each with its line feed.
    mutating func lines(messages count: Int) -> [UInt8]
}

extension PostfixLog: GeneratedLines {}
extension MomentumLog: GeneratedLines {}
