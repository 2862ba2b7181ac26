/// The attributes of a delivery agent's line after its recipient: `, orig_to=<…>, relay=…, conn_use=…, delay=…,
/// delays=…, tls=…, dsn=…, status=sent (…)` (Postfix' `log_adhoc()`; `tls=` since 3.11, several are optional).
struct DeliveryAttributes {
    enum Status: UInt8 {
        case sent
        case deferred
        case bounced
        case expired
        /// The answer to an address probe: no message.
        case probe
        case unknown
    }

    /// How many attributes there may be; those that are not known are passed over.
    private static let most = 16

    var status = Status.unknown
    /// Where the next host's name stands; nothing if there is none.
    var relay: (start: Int, end: Int) = (0, 0)
    /// Milliseconds since the message arrived, or `MailEvent.untold`.
    var delay = Int64(MailEvent.untold)
    var dsn: EnhancedStatus?
    /// What stands in the parentheses after the status.
    var text: (start: Int, end: Int) = (0, 0)

    /// Reads the attributes after the `>` at `close`; nil if they do not stand there up to `status=`.
    @inline(__always)
    init?(_ line: LineBytes, after close: Int) {
        guard line.has(", ", at: close + 1) else { return nil }
        var place = close + 3
        var count = 0
        while count < Self.most {
            if line.has("status=", at: place) {
                // Every line tells the delay; an address that only looks like a line's end need not.
                guard place + 7 < line.end, delay != Int64(MailEvent.untold) else { return nil }
                readStatus(line, from: place + 7)
                return
            }
            if line.has("orig_to=<", at: place) {
                guard let next = Self.behindAddress(line, from: place + 9) else { return nil }
                place = next
                count += 1
                continue
            }
            guard let end = line.first(UInt8(ascii: ","), from: place), line[end + 1] == UInt8(ascii: " ") else {
                return nil
            }
            if line.has("relay=", at: place) {
                relay = (place + 6, end)
            } else if line.has("delay=", at: place) {
                guard let delay = line.milliseconds(place + 6, end) else { return nil }
                self.delay = delay
            } else if line.has("dsn=", at: place) {
                dsn = line.enhancedStatus(at: place + 4)
            } else if count == 0, !line.has("conn_use=", at: place) {
                // What follows the address is not an attribute: the address goes on.
                return nil
            }
            place = end + 2
            count += 1
        }
        return nil
    }

    /// Reads the word after `status=`, and the text in the parentheses after it, up to the line's end.
    @inline(__always)
    private mutating func readStatus(_ line: LineBytes, from start: Int) {
        var end = start
        while line[end] > UInt8(ascii: " ") { end += 1 }
        status = Self.status(line.upTo(end), start)
        guard line.has(" (", at: end) else { return }
        let isClosed = line[line.end - 1] == UInt8(ascii: ")")
        text = (end + 2, isClosed ? line.end - 1 : line.end)
    }

    /// The status that fills the line from `start` on. `SOFTBOUNCE` is what `soft_bounce = yes` makes of a bounce: the
    /// message stays in the queue.
    @inline(__always)
    private static func status(_ line: LineBytes, _ start: Int) -> Status {
        switch line.end - start {
        case 4 where line.has("sent", at: start): .sent
        case 8 where line.has("deferred", at: start): .deferred
        case 7 where line.has("bounced", at: start): .bounced
        case 7 where line.has("expired", at: start): .expired
        case 10 where line.has("SOFTBOUNCE", at: start): .deferred
        case 11 where line.has("deliverable", at: start): .probe
        case 13 where line.has("undeliverable", at: start): .probe
        default: .unknown
        }
    }

    /// Where the attribute after `orig_to=<…>, ` begins. The address may contain anything: its end is the first one
    /// that is followed by an attribute.
    private static func behindAddress(_ line: LineBytes, from start: Int) -> Int? {
        var from = start
        var candidates = 0
        if line[start] == UInt8(ascii: "\""), let close = line.closingQuote(after: start) { from = close }
        while candidates < most, let close = line.first(UInt8(ascii: ">"), from: from) {
            let next = close + 3
            if line.has(", ", at: close + 1),
                line.has("relay=", at: next) || line.has("delay=", at: next) || line.has("conn_use=", at: next)
            {
                return next
            }
            candidates += 1
            from = close + 1
        }
        return nil
    }
}
