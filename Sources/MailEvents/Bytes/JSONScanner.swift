/// Walks over JSON (RFC 8259) without making values: it tells where strings, arrays and objects stand.
struct JSONScanner {
    let line: LineBytes
    private var place: Int

    /// - Parameter start: where the JSON begins in the line.
    init(line: LineBytes, from start: Int = 0) {
        self.line = line
        self.place = start
    }

    /// Whether nothing but white space is left.
    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return place >= line.end
        }
    }

    /// The byte that the next value, or mark, begins with; NUL at the end.
    var next: UInt8 {
        @inline(__always)
        mutating get {
            if line[place] <= 0x20 { skipSpace() }
            return line[place]
        }
    }

    /// Skips white space and then `byte`, if it stands there.
    @inline(__always)
    mutating func skip(_ byte: UInt8) -> Bool {
        if line[place] != byte {
            guard line[place] <= 0x20 else { return false }
            skipSpace()
            guard line[place] == byte else { return false }
        }
        place &+= 1
        return true
    }

    /// Walks over the object that begins here: `take` gets each key while the scanner stands before its value, and
    /// must read or skip that. False if there is no object, it does not end, or `take` gives false.
    @inline(__always)
    mutating func members(_ take: (inout JSONScanner, JSONValue) -> Bool) -> Bool {
        guard skip(UInt8(ascii: "{")) else { return false }
        if skip(UInt8(ascii: "}")) { return true }
        repeat {
            guard let key = string(), skip(UInt8(ascii: ":")), take(&self, key) else { return false }
        } while skip(UInt8(ascii: ","))
        return skip(UInt8(ascii: "}"))
    }

    /// Walks over the array that begins here: `take` is called before each element, and must read or skip it.
    @inline(__always)
    mutating func elements(_ take: (inout JSONScanner) -> Bool) -> Bool {
        guard skip(UInt8(ascii: "[")) else { return false }
        if skip(UInt8(ascii: "]")) { return true }
        repeat {
            guard take(&self) else { return false }
        } while skip(UInt8(ascii: ","))
        return skip(UInt8(ascii: "]"))
    }

    /// A value; nil if there is none, or it does not end.
    @inline(__always)
    mutating func value() -> JSONValue? {
        if line[place] <= 0x20 { skipSpace() }
        switch line[place] {
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "["): return nested(.array)
        case UInt8(ascii: "{"): return nested(.object)
        default: return word()
        }
    }

    /// Skips a value; false if there is none, or it does not end.
    mutating func skipValue() -> Bool { value() != nil }

    /// A string; nil if none begins here, or it does not end.
    @inline(__always)
    mutating func string() -> JSONValue? {
        guard skip(UInt8(ascii: "\"")) else { return nil }
        let start = place
        guard let mark = line.firstQuoteOrBackslash(from: start) else { return nil }
        if line[mark] == UInt8(ascii: "\"") {
            place = mark &+ 1
            return JSONValue(kind: .string, start: start, end: mark)
        }
        return escapedString(start, mark)
    }

    /// The rest of a string that begins at `start` and has its first backslash at `mark`.
    private mutating func escapedString(_ start: Int, _ mark: Int) -> JSONValue? {
        var mark = mark
        while line[mark] == UInt8(ascii: "\\") {
            guard let next = line.firstQuoteOrBackslash(from: mark + 2) else { return nil }
            mark = next
        }
        place = mark + 1
        return JSONValue(kind: .escapedString, start: start, end: mark)
    }

    /// A number, `true`, `false` or `null`.
    private mutating func word() -> JSONValue? {
        let start = place
        while line.digit(at: place) < 10 { place &+= 1 }
        while line[place].isLetterOrDigit || Self.isNumberSign(line[place]) { place &+= 1 }
        guard place > start else { return nil }
        let isNull = place == start &+ 4 && line.has("null", at: start)
        return JSONValue(kind: isNull ? .null : .word, start: start, end: place)
    }

    /// Skips an array or object with all that is in it. Brackets are counted, not matched by kind.
    private mutating func nested(_ kind: JSONValue.Kind) -> JSONValue? {
        let start = place
        var depth = 0
        while place < line.end {
            switch line[place] {
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: "\""):
                guard string() != nil else { return nil }
                continue
            default: break
            }
            place += 1
            if depth == 0 { return JSONValue(kind: kind, start: start + 1, end: place - 1) }
        }
        return nil
    }

    private mutating func skipSpace() {
        while line[place] == 0x20 || line[place] == 0x09 || line[place] == 0x0D { place &+= 1 }
    }

    private static func isNumberSign(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
    }
}

extension LineBytes {
    /// The first `"` or `\` from `start` on, eight bytes at a time: most strings of a log are short.
    @inline(__always)
    fileprivate func firstQuoteOrBackslash(from start: Int) -> Int? {
        var index = start
        while let word = word(at: index) {
            let found = Self.zeroes(word ^ 0x2222_2222_2222_2222) | Self.zeroes(word ^ 0x5C5C_5C5C_5C5C_5C5C)
            if found != 0 { return index &+ found.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < end {
            if self[index] == UInt8(ascii: "\"") || self[index] == UInt8(ascii: "\\") { return index }
            index &+= 1
        }
        return nil
    }

    /// The top bit of each byte that is zero; right up to the first one (Mycroft's test).
    @inline(__always)
    private static func zeroes(_ word: UInt64) -> UInt64 {
        (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
    }
}
