/// Walks over JSON (RFC 8259) without making values: it tells where strings and arrays stand.
struct JSONScanner {
    private let line: LineBytes
    private var place = 0

    init(line: LineBytes) {
        self.line = line
    }

    /// Whether nothing but white space is left.
    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return place >= line.end
        }
    }

    /// Skips white space and then `byte`, if it stands there.
    mutating func skip(_ byte: UInt8) -> Bool {
        skipSpace()
        guard place < line.end, line[place] == byte else { return false }
        place += 1
        return true
    }

    /// A string's content; nil if none begins here, or it does not end.
    mutating func string() -> (start: Int, end: Int)? {
        guard skip(UInt8(ascii: "\"")) else { return nil }
        let start = place
        while let quote = line.first(UInt8(ascii: "\""), from: place) {
            place = quote + 1
            var backslashes = 0
            while quote - backslashes > start, line[quote - backslashes - 1] == UInt8(ascii: "\\") { backslashes += 1 }
            if backslashes.isMultiple(of: 2) { return (start, quote) }
        }
        return nil
    }

    /// A value; nil if there is none, or it does not end.
    mutating func value() -> JournalEntry.Value? {
        skipSpace()
        switch line[place] {
        case UInt8(ascii: "\""):
            guard let (start, end) = string() else { return nil }
            let isEscaped = line.first(UInt8(ascii: "\\"), from: start, to: end) != nil
            return .string(start: start, end: end, isEscaped: isEscaped)
        case UInt8(ascii: "["):
            let start = place + 1
            return skipNested() ? .array(start: start, end: place - 1) : nil
        case UInt8(ascii: "{"):
            return skipNested() ? .other : nil
        default:
            let start = place
            while line[place].isLetterOrDigit || Self.isNumberSign(line[place]) { place += 1 }
            return place > start ? .other : nil
        }
    }

    /// Skips an array or object with all that is in it. Brackets are counted, not matched by kind.
    private mutating func skipNested() -> Bool {
        var depth = 0
        while place < line.end {
            switch line[place] {
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: "\""):
                guard string() != nil else { return false }
                continue
            default: break
            }
            place += 1
            if depth == 0 { return true }
        }
        return false
    }

    private mutating func skipSpace() {
        while line[place] == 0x20 || line[place] == 0x09 || line[place] == 0x0D { place += 1 }
    }

    private static func isNumberSign(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
    }
}
