/// Walks over the fields of a line that are parted by `@`, where `\` makes the byte after it part of the field.
struct MomentumFields {
    let line: LineBytes
    private var place = 0
    /// Whether another field begins at `place`; an empty one may.
    private var hasNext = true

    init(_ line: LineBytes) {
        self.line = line
    }

    /// The next field; nil if the line has no more.
    @inline(__always)
    mutating func next() -> Field? {
        guard hasNext else { return nil }
        let start = place
        var index = start
        var isEscaped = false
        while index < line.end {
            let byte = line[index]
            if byte == UInt8(ascii: "@") { break }
            if byte == UInt8(ascii: "\\") {
                isEscaped = true
                index &+= 1
            }
            index &+= 1
        }
        let end = min(index, line.end)
        hasNext = index < line.end
        place = end &+ 1
        return line.field(start, end, escaping: isEscaped ? .backslash : .none)
    }

    /// Everything that is left, `@` and all: the last field, a reply text, may contain it unescaped. nil if the line
    /// has no more.
    mutating func rest() -> Field? {
        guard hasNext else { return nil }
        hasNext = false
        let isEscaped = line.first(UInt8(ascii: "\\"), from: place) != nil
        return line.field(place, line.end, escaping: isEscaped ? .backslash : .none)
    }
}
