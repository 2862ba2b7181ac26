/// A text of a JSON line that has escapes, or stands there as an array of byte numbers: its plain bytes, and for each
/// of them where in the line it came from, so that fields found in the plain text can point into the line.
struct DecodedText {
    private(set) var bytes: [UInt8] = []
    /// For each plain byte, where the raw bytes that stand for it begin and end in the line.
    private var origins: [(start: UInt32, end: UInt32)] = []
    private let escaping: Field.Escaping

    /// The content of a string, which stands in `start..<limit` of `line`.
    init(string line: UnsafeRawBufferPointer, _ start: Int, _ limit: Int) {
        escaping = .json
        let raw = UnsafeRawBufferPointer(rebasing: line[start..<limit])
        bytes.reserveCapacity(raw.count)
        origins.reserveCapacity(raw.count)
        var index = 0
        while index < raw.count {
            let piece = JSONText.piece(of: raw, at: index)
            for number in 0..<piece.count {
                append(
                    UInt8(truncatingIfNeeded: piece.bytes >> UInt32(number * 8)),
                    from: start + index,
                    to: start + index + piece.rawCount
                )
            }
            index += piece.rawCount
        }
    }

    /// The content of an array of byte numbers, which stands in `start..<limit` of `line`; nil if there is anything
    /// else in it.
    init?(byteNumbers line: UnsafeRawBufferPointer, _ start: Int, _ limit: Int) {
        escaping = .jsonBytes
        var value = 0
        var first: Int?
        for index in start...limit {
            let byte = index < limit ? line[index] : UInt8(ascii: ",")
            if byte &- 0x30 < 10 {
                value = (first == nil ? 0 : value * 10) + Int(byte - 0x30)
                first = first ?? index
                guard value < 256 else { return nil }
            } else if byte == UInt8(ascii: ",") || byte == UInt8(ascii: " ") {
                if let begin = first { append(UInt8(value), from: begin, to: index) }
                first = nil
            } else {
                return nil
            }
        }
    }

    private mutating func append(_ byte: UInt8, from start: Int, to end: Int) {
        bytes.append(byte)
        origins.append((UInt32(truncatingIfNeeded: start), UInt32(truncatingIfNeeded: end)))
    }

    /// The field of the line that a field of the plain bytes came from.
    func original(_ field: Field) -> Field {
        guard !field.isEmpty, Int(field.offset) + Int(field.length) <= origins.count else { return .absent }
        let start = origins[Int(field.offset)].start
        let end = origins[Int(field.offset + field.length) - 1].end
        let isQuoted = field.escaping == .quotedLocalPart
        let nested: Field.Escaping = escaping == .json ? .jsonQuotedLocalPart : .jsonBytesQuotedLocalPart
        return Field(offset: start, length: end - start, escaping: isQuoted ? nested : escaping)
    }
}
