/// Appends to a reason: valid UTF-8, one placeholder for a row of the same, and an end.
struct ReasonWriter {
    private let target: UnsafeMutableRawBufferPointer
    private(set) var count = 0
    /// The last placeholder and where it ends, while nothing but separators followed it.
    private var last: Placeholder?
    private var lastEnd = 0

    /// - Parameter target: at least `CanonicalReason.capacity` bytes.
    init(_ target: UnsafeMutableRawBufferPointer) {
        self.target = target
    }

    /// More will not be kept.
    @inline(__always)
    var isFull: Bool { count > CanonicalReason.maximumLength }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        guard count < target.count else { return }
        target[count] = byte
        count &+= 1
        if byte != 0x20, byte != UInt8(ascii: ","), byte != UInt8(ascii: ";") { last = nil }
    }

    /// Copies a piece of a line. What is not UTF-8 becomes U+FFFD.
    @inline(__always)
    mutating func append(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) {
        var index = range.lowerBound
        while index < range.upperBound, !isFull {
            let byte = text[index]
            if byte < 0x80 {
                append(byte)
                index &+= 1
            } else {
                index &+= appendCharacter(text, index, range.upperBound)
            }
        }
    }

    mutating func append(_ text: StaticString) {
        for offset in 0..<text.utf8CodeUnitCount { append(text.utf8Start[offset]) }
    }

    /// A row of the same placeholder, with commas or without, is as one: how many recipients a reply lists is no reason.
    mutating func append(_ placeholder: Placeholder) {
        if last == placeholder {
            count = lastEnd
            return
        }
        for byte in placeholder.rawValue.utf8 { append(byte) }
        last = placeholder
        lastEnd = count
    }

    /// Gives how many bytes of the text the character took.
    @inline(never)
    private mutating func appendCharacter(_ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Int {
        let piece = UnsafeRawBufferPointer(rebasing: text[start..<min(end, start + 4)])
        var iterator = piece.makeIterator()
        var decoder = UTF8()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else {
            append("\u{FFFD}")
            return 1
        }
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { append(byte) }
        return UTF8.width(scalar)
    }

    /// Cuts what is too long at a blank, and gives the length.
    mutating func finish() -> Int {
        trimBlanks()
        guard isFull else { return count }
        let room = CanonicalReason.maximumLength - "…".utf8.count
        var cut = room
        while cut > room / 2, target[cut] != 0x20 { cut -= 1 }
        if target[cut] != 0x20 {
            cut = room
            while cut > 0, target[cut] & 0xC0 == 0x80 { cut -= 1 }
        }
        count = cut
        dropNumber()
        append("…")
        return count
    }

    /// A number stays where a status follows it; what followed is gone.
    private mutating func dropNumber() {
        trimBlanks()
        var start = count
        while start > 0, ReasonBytes.isDigit(target[start - 1]) { start -= 1 }
        guard start < count, start > 0, target[start - 1] == 0x20 else { return }
        count = start
        trimBlanks()
    }

    private mutating func trimBlanks() {
        while count > 0, target[count - 1] == 0x20 { count -= 1 }
    }
}
