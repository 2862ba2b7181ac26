/// Counts the messages in each queue from the output of `postqueue -j`: a line of JSON each, which begins with the
/// queue's name (postqueue(1), "JSON OBJECT FORMAT"), and has the recipients with their addresses.
struct PostqueueCounter: Sendable, Equatable {
    /// Bytes of a line that are looked at; recipients behind them are not told apart.
    private static let limit = 64 << 10
    /// The queue's name stands within so many.
    private static let nameLimit = 64
    private static let key = Array("\"queue_name\"".utf8)
    /// A quote inside of a string is escaped, so that this stands nowhere but where an address begins.
    private static let address = Array("\"address\": \"".utf8)

    /// Messages that are being delivered or about to be: queues `active`, `incoming` and `maildrop`.
    private(set) var active: Int64 = 0
    /// Messages that wait: `deferred`, for the next attempt, and `hold`, for an operator. With `active` they are all
    /// that is in the queue, so that nothing is out of sight.
    private(set) var delayed: Int64 = 0
    /// Lines that tell no known queue.
    private(set) var unknown: Int64 = 0
    /// By domain: a message counts once for each of its recipients' domains.
    private(set) var parts = QueueParts()

    /// The beginning of the line that is being read.
    private var beginning: [UInt8] = []

    mutating func take(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while let feed = rest.firstIndex(of: 0x0A) {
            keep(rest[..<feed])
            count()
            rest = rest[(feed + 1)...]
        }
        keep(rest)
    }

    private mutating func keep(_ part: ArraySlice<UInt8>) {
        beginning += part.prefix(PostqueueCounter.limit - beginning.count)
    }

    private mutating func count() {
        defer { beginning.removeAll(keepingCapacity: true) }
        guard !beginning.isEmpty else { return }
        switch name {
        case "active", "incoming", "maildrop":
            active += 1
            for domain in domains { parts.add(QueuePart(domain: domain, active: 1)) }
        case "deferred", "hold":
            delayed += 1
            for domain in domains { parts.add(QueuePart(domain: domain, delayed: 1)) }
        default: unknown += 1
        }
    }

    private var name: String? {
        let key = PostqueueCounter.key
        let head = beginning.prefix(PostqueueCounter.nameLimit)
        guard let start = head.indices.first(where: { head[$0...].starts(with: key) }) else { return nil }
        let value = head[(start + key.count)...].drop { $0 == 0x20 || $0 == 0x3A }
        guard value.first == 0x22 else { return nil }
        return String(decoding: value.dropFirst().prefix { $0 != 0x22 }, as: UTF8.self)
    }

    /// The domains of the line's recipients, each once.
    private var domains: Set<String> {
        let key = PostqueueCounter.address
        var found: Set<String> = []
        var place = beginning.startIndex
        while let quote = beginning[place...].firstIndex(of: 0x22) {
            place = quote + 1
            guard beginning[quote...].starts(with: key) else { continue }
            let start = quote + key.count
            var end = start
            while end < beginning.count, beginning[end] != 0x22 { end += beginning[end] == 0x5C ? 2 : 1 }
            guard end < beginning.count else { break }
            if let domain = MailDomain.of(beginning[start..<end]) { found.insert(domain) }
            place = end + 1
        }
        return found
    }
}

/// The domain of an address in a listing.
enum MailDomain {
    /// What stands behind the last `@`, in lower case; nil if there is none, or if it is longer than a name can be.
    static func of(_ address: ArraySlice<UInt8>) -> String? {
        guard let at = address.lastIndex(of: 0x40) else { return nil }
        let domain = address[(at + 1)...].map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
        guard !domain.isEmpty, domain.count <= 255 else { return nil }
        return String(validating: domain, as: UTF8.self)
    }
}
