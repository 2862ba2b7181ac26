/// Counts the messages in each queue from the output of `postqueue -j`: a line of JSON each, which begins with the
/// queue's name (postqueue(1), "JSON OBJECT FORMAT"). Nothing but that name is looked at, however long a line is.
struct PostqueueCounter: Sendable, Equatable {
    private static let limit = 64
    private static let key = Array("\"queue_name\"".utf8)

    /// Messages that are being delivered or about to be: queues `active`, `incoming` and `maildrop`.
    private(set) var active: Int64 = 0
    /// Messages that wait: `deferred`, for the next attempt, and `hold`, for an operator. With `active` they are all
    /// that is in the queue, so that nothing is out of sight.
    private(set) var delayed: Int64 = 0
    /// Lines that tell no known queue.
    private(set) var unknown: Int64 = 0

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
        case "active", "incoming", "maildrop": active += 1
        case "deferred", "hold": delayed += 1
        default: unknown += 1
        }
    }

    private var name: String? {
        let key = PostqueueCounter.key
        guard let start = beginning.indices.first(where: { beginning[$0...].starts(with: key) }) else { return nil }
        let value = beginning[(start + key.count)...].drop { $0 == 0x20 || $0 == 0x3A }
        guard value.first == 0x22 else { return nil }
        return String(decoding: value.dropFirst().prefix { $0 != 0x22 }, as: UTF8.self)
    }
}
