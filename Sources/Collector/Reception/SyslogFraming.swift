/// Takes messages out of a stream of syslog, and makes a line of each (RFC 6587): counted octets (`57 <22>1 …`), or
/// ended by a line feed or NUL. Each message tells by its first bytes which of the two it is.
struct SyslogFraming: Sendable {
    /// Bytes of a message that are kept: one more than a line may have, so that a longer one is told as such.
    static let longest = 65_537
    /// What a count may be, beyond which the stream is no syslog.
    private static let largestCount = 16 << 20

    private enum State: Sendable, Equatable {
        case start
        /// Bytes left of a counted message.
        case counted(Int)
        /// Up to the next line feed or NUL.
        case delimited
        /// A count that cannot be.
        case broken
    }

    private var state = State.start
    private var message: [UInt8] = []

    /// Whether what came is no syslog: nothing more is taken.
    var isBroken: Bool { state == .broken }

    /// Adds the messages that are whole to `lines`, each with its line feed.
    mutating func take(_ bytes: UnsafeRawBufferPointer, into lines: inout [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            switch state {
            case .start: takeStart(&rest)
            case .counted(let left): take(min(left, rest.count), of: &rest, left, into: &lines)
            case .delimited:
                let end = rest.firstIndex { $0 == 0x0A || $0 == 0 }
                add(rest[..<(end ?? rest.endIndex)])
                rest = rest[(end.map { $0 + 1 } ?? rest.endIndex)...]
                if end != nil { finishMessage(into: &lines) }
            case .broken: return
            }
        }
    }

    /// Nothing more comes: what has come of a last message without its end is one, unless its octets were counted.
    mutating func finish(into lines: inout [UInt8]) {
        switch state {
        case .delimited, .start: finishMessage(into: &lines)
        case .counted, .broken: message = []
        }
        state = .start
    }

    /// Gathers the first bytes until they tell how the message ends.
    private mutating func takeStart(_ rest: inout Slice<UnsafeRawBufferPointer>) {
        while let byte = rest.first {
            let isDigit = byte &- UInt8(ascii: "0") < 10
            if message.isEmpty, byte == 0x0A || byte == 0 || byte == 0x0D {
                // Between messages: a line feed behind a counted one.
                rest.removeFirst()
            } else if isDigit, message.count < 8 {
                message.append(byte)
                rest.removeFirst()
            } else if byte == UInt8(ascii: " "), !message.isEmpty, message[0] != UInt8(ascii: "0"), message.count < 8 {
                let count = message.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
                message = []
                rest.removeFirst()
                state = count <= Self.largestCount ? .counted(count) : .broken
                return
            } else {
                state = .delimited
                return
            }
        }
    }

    private mutating func take(
        _ count: Int,
        of rest: inout Slice<UnsafeRawBufferPointer>,
        _ left: Int,
        into lines: inout [UInt8]
    ) {
        add(rest.prefix(count))
        rest = rest.dropFirst(count)
        state = .counted(left - count)
        if left == count { finishMessage(into: &lines) }
    }

    private mutating func add(_ bytes: Slice<UnsafeRawBufferPointer>) {
        message.append(contentsOf: bytes.prefix(Self.longest - message.count))
    }

    private mutating func finishMessage(into lines: inout [UInt8]) {
        message.withUnsafeBytes { SyslogFraming.append($0, to: &lines) }
        message.removeAll(keepingCapacity: true)
        state = .start
    }

    /// Makes a line of one message: what ends it is cut off, and control characters that would end a line are written
    /// as rsyslog does, `#012`. Where the host is missing, as programs leave it out towards `/dev/log` (syslog(3)), one is
    /// put in.
    static func append(_ message: UnsafeRawBufferPointer, to lines: inout [UInt8]) {
        var message = message[...]
        while let last = message.last, last == 0x0A || last == 0x0D || last == 0 { message.removeLast() }
        guard !message.isEmpty else { return }
        if let tag = tagWithoutHost(message) {
            lines.append(contentsOf: message[..<tag])
            lines += Array("localhost ".utf8)
            message = message[tag...]
        }
        if message.contains(where: { $0 == 0x0A || $0 == 0 }) {
            for byte in message.prefix(longest) {
                switch byte {
                case 0x0A: lines += Array("#012".utf8)
                case 0: lines += Array("#000".utf8)
                default: lines.append(byte)
                }
            }
        } else {
            lines.append(contentsOf: message.prefix(longest))
        }
        lines.append(0x0A)
    }

    /// Where the tag begins that stands right behind a stamp of RFC 3164: `<22>Mar  5 04:07:09 postfix/smtp[2211]: `.
    private static func tagWithoutHost(_ message: Slice<UnsafeRawBufferPointer>) -> Int? {
        guard message.first == UInt8(ascii: "<"), let close = message.prefix(5).firstIndex(of: UInt8(ascii: ">")),
            close + 17 < message.endIndex
        else { return nil }
        let space = UInt8(ascii: " ")
        let colon = UInt8(ascii: ":")
        let stamp = [(4, space), (7, space), (10, colon), (13, colon), (16, space)]
        guard stamp.allSatisfy({ message[close + $0.0] == $0.1 }) else { return nil }
        let tag = message[(close + 17)...]
        guard let end = tag.firstIndex(of: space), end > tag.startIndex, tag[end - 1] == colon else { return nil }
        return tag.startIndex
    }
}
