/// Walks over the fields of a record of CSV (RFC 4180): parted by commas, in quotes where they contain commas, quotes
/// (doubled) or line feeds.
struct CSVFields {
    private let line: LineBytes
    private var place: Int
    /// Whether another field begins at `place`; an empty one may.
    private var hasNext = true
    /// A field in quotes does not end in this line: the record goes on in the next.
    private(set) var isOpen = false
    /// Something else than a comma stands behind the quotes of a field.
    private(set) var isBroken = false

    /// - Parameter isInQuotes: the line goes on inside of a field that the line before it began.
    init(_ line: LineBytes, from start: Int = 0, isInQuotes: Bool = false) {
        self.line = line
        self.place = start
        if isInQuotes { _ = quoted(from: start) }
    }

    /// The next field; nil if the line has no more.
    @inline(__always)
    mutating func next() -> Field? {
        guard hasNext else { return nil }
        let start = place
        if line[start] == UInt8(ascii: "\"") { return quoted(from: start + 1) }
        let end = line.first(UInt8(ascii: ","), from: start) ?? line.end
        hasNext = end < line.end
        place = end &+ 1
        return line.field(start, end)
    }

    /// The field whose content begins at `start`, behind its first quote.
    private mutating func quoted(from start: Int) -> Field {
        var isEscaped = false
        var index = start
        while let quote = line.first(UInt8(ascii: "\""), from: index) {
            if line[quote + 1] == UInt8(ascii: "\"") {
                isEscaped = true
                index = quote + 2
                continue
            }
            hasNext = line[quote + 1] == UInt8(ascii: ",")
            isBroken = isBroken || (!hasNext && quote + 1 < line.end)
            place = quote + 2
            return line.field(start, quote, escaping: isEscaped ? .csv : .none)
        }
        hasNext = false
        isOpen = true
        return line.field(start, line.end, escaping: isEscaped ? .csv : .none)
    }
}

extension LineBytes {
    /// The parts of the address that a field of CSV is.
    @inline(__always)
    func address(csv field: Field) -> (local: Field, domain: Field) {
        var start = Int(field.offset)
        var end = start + Int(field.length)
        if self[start] == UInt8(ascii: "<"), end > start, self[end - 1] == UInt8(ascii: ">") {
            start += 1
            end -= 1
        }
        guard field.escaping == .csv else { return address(start, end) }
        // A quoted local part is there with doubled quotes: `""ann smith""@example.org`.
        if has("\"\"", at: start), let close = last("\"\"", from: start + 2, to: end) {
            let local = self.field(start + 2, close, escaping: .csvQuotedLocalPart)
            if close + 2 == end { return (local, .absent) }
            if self[close + 2] == UInt8(ascii: "@") { return (local, self.field(close + 3, end)) }
        }
        guard let at = last(UInt8(ascii: "@"), from: start, to: end) else {
            return (self.field(start, end, escaping: .csv), .absent)
        }
        return (self.field(start, at, escaping: .csv), self.field(at + 1, end, escaping: .csv))
    }
}
