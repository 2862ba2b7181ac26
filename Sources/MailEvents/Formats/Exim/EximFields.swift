/// The fields behind an address, ` R=dnslookup T=remote_smtp H=mx.example.org [203.0.113.5] …`, in any order, and the
/// reason behind them.
struct EximFields {
    /// Without its brackets; nothing if there is none.
    private(set) var sender: (start: Int, end: Int) = (0, 0)
    private(set) var transport = Field.absent
    private(set) var host = Field.absent
    private(set) var address = Field.absent
    private(set) var size = Field.absent
    private(set) var confirmation = Field.absent
    /// Milliseconds in the queue (`QT=`), or `MailEvent.untold`.
    private(set) var delay = Int64(MailEvent.untold)
    /// The number of `defer (-53)`, its sign taken off if it is less than none; else 0.
    private(set) var errorNumber: Int64 = 0
    /// Where the text behind `: ` begins.
    private(set) var reason: Int?
    /// Where the fields end.
    private(set) var end = 0

    /// Where the fields begin behind an address at `start`, which may have spaces in it: before the first word that is
    /// a field, at a colon, or at the end.
    @inline(__always)
    static func start(_ line: LineBytes, from start: Int) -> Int {
        var place = start
        while let space = line.first(UInt8(ascii: " "), from: place) {
            if line[space - 1] == UInt8(ascii: ":"), space - 1 > start, !line.has(":blackhole:", at: space - 11) {
                return space - 1
            }
            let next = space + 1
            switch line[next] {
            case UInt8(ascii: "R"), UInt8(ascii: "T"), UInt8(ascii: "H"), UInt8(ascii: "S"):
                if line[next + 1] == UInt8(ascii: "=") { return space }
            case UInt8(ascii: "F"), UInt8(ascii: "P"):
                if line[next + 1] == UInt8(ascii: "="), line[next + 2] == UInt8(ascii: "<") { return space }
            case UInt8(ascii: "D"), UInt8(ascii: "Q"): if line.has("T=", at: next + 1) { return space }
            case UInt8(ascii: "d"): if line.has("defer (", at: next) { return space }
            case UInt8(ascii: "r"): if line.has("routing defer (", at: next) { return space }
            default: break
            }
            place = next
        }
        return line.end
    }

    /// Reads the fields from the space at `start` on, up to the reason or to a word that is none.
    ///
    /// - Parameter endsWithSize: what stands behind the size does not matter.
    @inline(__always)
    init(_ line: LineBytes, from start: Int, endsWithSize: Bool = false) {
        var place = start
        while line[place] == UInt8(ascii: " ") {
            let key = place + 1
            var equals = key
            while line[equals].isLetterOrDigit { equals &+= 1 }
            if line[equals] == UInt8(ascii: "="), equals > key {
                place = readValue(line, key, equals)
                if endsWithSize, !size.isEmpty { return }
            } else if let end = readDeferral(line, key) ?? Self.behindMark(line, key) {
                place = end
            } else {
                break
            }
        }
        end = place
        if line[place] == UInt8(ascii: ":") { reason = line[place + 1] == UInt8(ascii: " ") ? place + 2 : place + 1 }
    }

    /// Reads the value behind `equals`. Gives where it ends.
    @inline(__always)
    private mutating func readValue(_ line: LineBytes, _ key: Int, _ equals: Int) -> Int {
        let start = equals + 1
        let letter = equals == key + 1 ? line[key] : 0
        switch letter {
        case UInt8(ascii: "H"):
            return readHost(line, start)
        case UInt8(ascii: "F"), UInt8(ascii: "P"):
            guard line[start] == UInt8(ascii: "<"), let close = line.addressEnd(from: start + 1) else { break }
            if letter == UInt8(ascii: "F") || sender.end == 0 { sender = (start + 1, close) }
            return close + 1
        default: break
        }
        if line[start] == UInt8(ascii: "\""), let close = line.closingQuote(after: start) {
            // Its escapes stay, as in reasons: `\n` is where a line of the reply ends.
            if letter == UInt8(ascii: "C") { confirmation = line.field(start + 1, close) }
            return close + 1
        }
        var end = line.first(UInt8(ascii: " "), from: start) ?? line.end
        if line[end - 1] == UInt8(ascii: ":"), end > start { end -= 1 }
        switch letter {
        case UInt8(ascii: "T"): transport = line.field(start, end)
        case UInt8(ascii: "S"): if size.isEmpty { size = line.field(start, end) }
        default:
            if equals == key + 2, line.has("QT", at: key) { delay = line.eximInterval(start, end) }
        }
        return end
    }

    /// `mx.example.org [203.0.113.5]:25*`, `(helo) [192.0.2.9]`, `mx (helo) [192.0.2.9]`, `[192.0.2.9]`. Only the
    /// address behind what the client says of itself can be trusted.
    @inline(__always)
    mutating func readHost(_ line: LineBytes, _ start: Int) -> Int {
        var open = start
        if line[start] != UInt8(ascii: "(") && line[start] != UInt8(ascii: "[") {
            let space = line.first(UInt8(ascii: " "), from: start) ?? line.end
            host = line.field(start, space)
            open = space + 1
        }
        if line[open] == UInt8(ascii: "(") {
            guard let close = line.first(") [", from: open) else { return open - (open > start ? 1 : 0) }
            open = close + 2
        }
        guard line[open] == UInt8(ascii: "["), let close = line.first(UInt8(ascii: "]"), from: open) else {
            return max(start, open - 1)
        }
        if line.isIPAddress(open + 1, close) { address = line.field(open + 1, close) }
        var end = close + 1
        while line[end] != UInt8(ascii: " "), end < line.end {
            if line[end] == UInt8(ascii: ":"), line.digit(at: end + 1) >= 10 { break }
            end += 1
        }
        return end
    }

    /// ` defer (-44)`, ` routing defer (-52)`. Gives where it ends; nil if it is something else.
    private mutating func readDeferral(_ line: LineBytes, _ start: Int) -> Int? {
        let word = line.has("routing ", at: start) ? start + 8 : start
        guard line.has("defer (", at: word), let close = line.first(UInt8(ascii: ")"), from: word) else { return nil }
        if line[word + 7] == UInt8(ascii: "-") { errorNumber = line.number(word + 8, close) ?? 0 }
        return close + 1
    }

    /// Where a field without a value ends: chunking `K`, pipelining `L`, `PRDR`, TCP Fast Open `TFO`, DNSSEC `DS`; nil
    /// if it is something else.
    private static func behindMark(_ line: LineBytes, _ start: Int) -> Int? {
        var end = start
        while line[end] &- UInt8(ascii: "A") < 26 { end += 1 }
        let isMark =
            switch end - start {
            case 1: line[start] == UInt8(ascii: "K") || line[start] == UInt8(ascii: "L")
            case 2: line.has("DS", at: start)
            case 3: line.has("TFO", at: start)
            case 4: line.has("PRDR", at: start)
            default: false
            }
        if line[end] == UInt8(ascii: "*") { end += 1 }
        let isWhole = line[end] == UInt8(ascii: " ") || line[end] == UInt8(ascii: ":") || end == line.end
        return isMark && isWhole ? end : nil
    }

    /// The end of a reason, before the times that Exim puts behind it: ` QT=5s DT=0.004s`.
    static func withoutTimes(_ line: LineBytes, from start: Int) -> Int {
        var end = line.end
        while let space = line.last(UInt8(ascii: " "), from: start, to: end),
            line.has("DT=", at: space + 1) || line.has("QT=", at: space + 1)
        {
            end = space
        }
        return end
    }
}

extension LineBytes {
    /// Exim's way to write a time, `1d2h3m4s` or `0.089s`, in milliseconds; `untold` if it is none.
    @inline(__always)
    fileprivate func eximInterval(_ start: Int, _ limit: Int) -> Int64 {
        var total: Int64 = 0
        var place = start
        while place < limit {
            var end = place
            while digit(at: end) < 10 || self[end] == UInt8(ascii: ".") { end &+= 1 }
            guard end < limit, let amount = milliseconds(place, end), amount < 1_000_000_000_000 else {
                return Int64(MailEvent.untold)
            }
            switch self[end] {
            case UInt8(ascii: "w"): total &+= amount &* 604_800
            case UInt8(ascii: "d"): total &+= amount &* 86_400
            case UInt8(ascii: "h"): total &+= amount &* 3600
            case UInt8(ascii: "m"): total &+= amount &* 60
            case UInt8(ascii: "s"): total &+= amount
            default: return Int64(MailEvent.untold)
            }
            place = end &+ 1
        }
        return place > start ? total : Int64(MailEvent.untold)
    }
}
