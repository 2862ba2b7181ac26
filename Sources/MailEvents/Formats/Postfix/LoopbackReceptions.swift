/// The queue ids of the last messages that came from the machine itself: one of them may be what a content filter, or
/// another instance of Postfix, put back into the queue.
///
/// A filter that is set by `content_filter` makes Postfix log a message twice: `to=<…>, relay=127.0.0.1[…]:10024, …
/// status=sent (250 2.0.0 Ok: queued as QID2)` for the way to the filter, and all of QID2 for the way on. QID2 is
/// received before that line is written, so the id in its reply is known here if, and only if, the same log counts the
/// rest: then the delivery is a transfer.
struct LoopbackReceptions: Sendable {
    /// As many messages as a filter works on at a time, and more.
    static let most = 128

    /// Hashes of the ids, the newest at `next - 1`.
    private var hashes: [UInt32] = []
    private var next = 0

    init() {}

    /// Reads what `bytes` gave; nothing if they are not that.
    init(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count % 4 == 0, bytes.count / 4 <= Self.most else { return }
        var rest = bytes
        while !rest.isEmpty {
            hashes.append(rest.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
            rest = rest.dropFirst(4)
        }
        next = hashes.count % Self.most
    }

    /// Four bytes an id, the oldest first.
    var bytes: [UInt8] {
        let ordered = hashes.count < Self.most ? hashes[...] : hashes[next...] + hashes[..<next]
        return ordered.flatMap { hash in (0..<4).map { UInt8(truncatingIfNeeded: hash >> ($0 * 8)) } }
    }

    /// Looks at the events of a line: remembers a reception from the machine itself, and turns into a transfer what
    /// goes to a filter or comes back from one.
    @inline(__always)
    mutating func take(_ events: inout [MailEvent], from mark: Int, _ line: LineBytes) {
        for index in mark..<events.count where line.isLoopback(events[index].remoteAddress) {
            switch events[index].kind {
            case .reception: take(reception: &events[index], line)
            case .delivery: if isPutBack(events[index].reply, line) { events[index].kind = .transfer }
            default: break
            }
        }
    }

    private mutating func take(reception event: inout MailEvent, _ line: LineBytes) {
        let hash = line.idHash(Int(event.messageID.offset), Int(event.messageID.offset + event.messageID.length))
        if hashes.count < Self.most { hashes.append(hash) } else { hashes[next] = hash }
        next = (next + 1) % Self.most
        // XFORWARD: the id that the message had before it went to the filter. There is none before the queue.
        let place = Int(event.remoteAddress.offset)
        if let id = line.first(", orig_queue_id=", from: place), !line.has("NOQUEUE", at: id + 16) {
            event.kind = .transfer
        }
    }

    /// Whether a reply ends with the queue id of a message that came from the machine itself.
    private func isPutBack(_ reply: Field, _ line: LineBytes) -> Bool {
        let end = Int(reply.offset + reply.length)
        guard let words = line.last("queued as ", from: Int(reply.offset), to: end) else { return false }
        var stop = words + 10
        while stop < end, line[stop].isLetterOrDigit { stop += 1 }
        return stop > words + 10 && hashes.contains(line.idHash(words + 10, stop))
    }
}

extension LineBytes {
    /// FNV-1a of a queue id. The ids are Postfix's own: nobody chooses them.
    @inline(__always)
    func idHash(_ start: Int, _ limit: Int) -> UInt32 {
        var hash: UInt32 = 0x811C_9DC5
        for index in start..<max(start, limit) { hash = (hash ^ UInt32(self[index])) &* 0x0100_0193 }
        return hash
    }

    /// Whether an address is the machine's own: 127.0.0.0/8 or ::1.
    @inline(__always)
    fileprivate func isLoopback(_ address: Field) -> Bool {
        let start = Int(address.offset)
        return address.length >= 3 && (has("127.", at: start) || has("::1", filling: address))
    }
}
