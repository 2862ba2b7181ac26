/// Reads a raw reply: where the other end's words begin, its code, its status.
struct ReplyReader {
    private let bytes: UnsafeRawBufferPointer
    /// Behind the last byte that counts.
    private(set) var end: Int
    var index = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        end = min(bytes.count, ReplyLine.maximumInput)
        while end > 0, bytes[end - 1] <= 0x20 { end -= 1 }
        skipBlanks()
    }

    @inline(__always)
    subscript(index: Int) -> UInt8 { index < end ? bytes[index] : 0 }

    @inline(__always)
    mutating func skipBlanks() {
        while index < end, bytes[index] <= 0x20 { index &+= 1 }
    }

    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard index < end, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    /// How many bytes here are blank: control characters, and the `\r`, `\n` that some logs write for ends of lines.
    @inline(__always)
    func blanks(_ byte: UInt8) -> Int {
        if byte <= 0x20 || byte == 0x7F { return 1 }
        guard byte == UInt8(ascii: "\\") else { return 0 }
        return escapedLineEnd
    }

    /// Whether a blank's first byte is that of a line's end: as it is, or as `blanks` knows it.
    @inline(__always)
    static func endsLine(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D || byte == UInt8(ascii: "\\") }

    /// Of `\r\n`, and of `\n` before a digit, at `index`; elsewhere a backslash is a backslash.
    private var escapedLineEnd: Int {
        if self[index + 1] == UInt8(ascii: "r"), self[index + 2] == UInt8(ascii: "\\"),
            self[index + 3] == UInt8(ascii: "n")
        {
            return 4
        }
        return self[index + 1] == UInt8(ascii: "n") && Self.isDigit(self[index + 2]) ? 2 : 0
    }

    // MARK: - Code and status

    /// The code of a failure or success at `index`: three digits from 200 to 599, and nothing of a word behind them.
    @inline(__always)
    func replyCode() -> Int? { replyCode(at: index) }

    @inline(__always)
    func replyCode(at place: Int) -> Int? {
        let first = self[place] &- 0x30
        let second = self[place + 1] &- 0x30
        let third = self[place + 2] &- 0x30
        guard first >= 2, first <= 5, second < 10, third < 10 else { return nil }
        let next = self[place + 3]
        guard next <= 0x20 || next == UInt8(ascii: "-") || escapesLineEnd(at: place + 3) else { return nil }
        return Int(first) * 100 + Int(second) * 10 + Int(third)
    }

    private func escapesLineEnd(at place: Int) -> Bool {
        self[place] == UInt8(ascii: "\\")
            && (self[place + 1] == UInt8(ascii: "r") || self[place + 1] == UInt8(ascii: "n"))
    }

    /// An enhanced status that ends before a blank or the end, and where that is.
    @inline(__always)
    func status(at place: Int) -> (status: ReplyStatus, end: Int)? {
        guard let found = anyStatus(at: place) else { return nil }
        let next = self[found.end]
        guard next <= 0x20 || escapesLineEnd(at: found.end) else { return nil }
        return found
    }

    @inline(__always)
    private func anyStatus(at place: Int) -> (status: ReplyStatus, end: Int)? {
        let first = self[place] &- 0x30
        guard first == 2 || first == 4 || first == 5, self[place + 1] == UInt8(ascii: ".") else { return nil }
        var next = place + 2
        guard let subject = number(&next), self[next] == UInt8(ascii: ".") else { return nil }
        next += 1
        guard let detail = number(&next), self[next] != UInt8(ascii: ".") || self[next + 1] <= 0x20 else { return nil }
        return (ReplyStatus(class: Int16(first), subject: subject, detail: detail), next)
    }

    /// One to three digits.
    @inline(__always)
    private func number(_ place: inout Int) -> Int16? {
        let start = place
        var value: Int16 = 0
        while Self.isDigit(self[place]) {
            guard place - start < 3 else { return nil }
            value = value * 10 + Int16(self[place] &- 0x30)
            place += 1
        }
        return place == start ? nil : value
    }

    /// The status that qmail and others put into the text: `(#5.1.1)`, `#5.1.0`.
    var remarkedStatus: ReplyStatus? {
        var place = 0
        while place < end {
            if bytes[place] == UInt8(ascii: "#"), let found = anyStatus(at: place + 1) { return found.status }
            place &+= 1
        }
        return nil
    }

    /// Passes over the code, and the status behind it, that begin a further line of the same reply.
    mutating func skipRepeated(_ code: Int, _ repeated: ReplyStatus?) {
        skipBlanks()
        guard replyCode(at: index) == code else { return }
        index += 3
        _ = take(UInt8(ascii: "-"))
        skipBlanks()
        if let status = status(at: index), status.status == repeated { index = status.end }
        skipBlanks()
    }

    // MARK: - What the sending server wrote around it

    /// Moves to the other end's words.
    @inline(__always)
    mutating func unwrap() {
        guard replyCode() == nil else { return dropQuotedCommand() }
        guard mentionsHost else { return }
        var place = index
        while place + 4 < end {
            let byte = bytes[place]
            if byte == UInt8(ascii: ":") || byte == UInt8(ascii: ";") {
                var next = place + 1
                while next < end, bytes[next] <= 0x20 { next += 1 }
                if let code = replyCode(at: next), code >= 400, next > place + 1 || byte == UInt8(ascii: ";") {
                    index = next
                    return dropQuotedCommand()
                }
            }
            place += 1
        }
    }

    /// Whether the text begins as servers begin a report of another's reply.
    private var mentionsHost: Bool {
        Self.wrappers.contains { begins(with: $0) } || has("host ", before: min(end, index + 400))
    }

    private static let wrappers: [StaticString] = ["smtp;", "smtp error", "remote ", "delivery temporarily suspended"]

    private func begins(with text: StaticString) -> Bool { has(text, at: index) }

    private func has(_ text: StaticString, at place: Int) -> Bool {
        guard place + text.utf8CodeUnitCount <= end else { return false }
        for offset in 0..<text.utf8CodeUnitCount where Self.folded(bytes[place + offset]) != text.utf8Start[offset] {
            return false
        }
        return true
    }

    private func has(_ text: StaticString, before limit: Int) -> Bool {
        var place = index
        while place < limit {
            if has(text, at: place) { return true }
            place += 1
        }
        return false
    }

    /// Takes Postfix's ` (in reply to … command)` from the end.
    private mutating func dropQuotedCommand() {
        guard end > 20, has(" command)", at: end - 9) else { return }
        var place = index
        while place < end {
            if bytes[place] == 0x20, has(" (in reply to ", at: place) {
                end = place
                return
            }
            place += 1
        }
    }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    @inline(__always)
    private static func folded(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
