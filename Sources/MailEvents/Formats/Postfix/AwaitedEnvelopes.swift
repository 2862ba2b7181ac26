/// The queue ids that were received and whose first `from=…, size=… (queue active)` line is still to come.
///
/// qmgr writes that line on every activation, for a deferred message many times: only the first after the reception tells
/// something new. Messages that never reach the queue (refused at the end of DATA) are pushed out by later ones.
struct AwaitedEnvelopes: Sendable {
    /// More than smtpd has processes by default.
    static let most = 160

    /// Hashes of the ids, the oldest first.
    private var hashes: [UInt32] = []

    init() {}

    /// Reads what `bytes` gave; nothing if they are not that.
    init(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count % 4 == 0, bytes.count / 4 <= Self.most else { return }
        var rest = bytes
        while !rest.isEmpty {
            hashes.append(rest.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
            rest = rest.dropFirst(4)
        }
    }

    /// Four bytes an id, the oldest first.
    var bytes: [UInt8] {
        hashes.flatMap { hash in (0..<4).map { UInt8(truncatingIfNeeded: hash >> ($0 * 8)) } }
    }

    /// Looks at the events of a line: remembers a reception, and takes back an envelope that is not the first.
    ///
    /// - Returns: false if no event is left.
    @inline(__always)
    mutating func take(_ events: inout [MailEvent], from mark: Int, _ line: LineBytes) -> Bool {
        guard let event = events.last, events.count == mark + 1 else { return true }
        switch event.kind {
        case .reception, .transfer:
            // A transfer to a filter has a recipient, and was received before.
            guard event.recipientDomain.isEmpty, event.recipientLocal.isEmpty, !event.messageID.isEmpty else {
                return true
            }
            if hashes.count >= Self.most { hashes.removeFirst() }
            hashes.append(Self.hash(event, line))
            return true
        case .envelope:
            guard let place = hashes.lastIndex(of: Self.hash(event, line)) else {
                events.removeLast()
                return false
            }
            hashes.remove(at: place)
            return true
        default:
            return true
        }
    }

    private static func hash(_ event: MailEvent, _ line: LineBytes) -> UInt32 {
        line.idHash(Int(event.messageID.offset), Int(event.messageID.offset + event.messageID.length))
    }
}
