/// Reads a word from its beginning, piece by piece.
struct ReasonCursor {
    private let text: UnsafeRawBufferPointer
    private let end: Int
    private(set) var index: Int

    init(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) {
        self.text = text
        index = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { index >= end }

    mutating func take(_ byte: UInt8) -> Bool {
        guard index < end, text[index] == byte else { return false }
        index += 1
        return true
    }

    mutating func blanks() {
        while index < end, text[index] == 0x20 { index += 1 }
    }

    /// As many digits as there are; false if their number is not one of `counts`.
    mutating func digits(_ counts: ClosedRange<Int>) -> Bool {
        let start = index
        while index < end, ReasonBytes.isDigit(text[index]) { index += 1 }
        return counts.contains(index - start)
    }

    mutating func letters(_ counts: ClosedRange<Int>) -> Bool {
        let start = index
        while index < end, ReasonBytes.isLetter(text[index]) { index += 1 }
        return counts.contains(index - start)
    }

    /// One of several words of three letters, written together in small letters.
    mutating func word(of three: StaticString) -> Bool {
        guard index + 3 <= end, index + 3 == end || !ReasonBytes.isWord(text[index + 3]) else { return false }
        for place in stride(from: 0, to: three.utf8CodeUnitCount, by: 3)
        where (0..<3).allSatisfy({ ReasonBytes.folded(text[index + $0]) == three.utf8Start[place + $0] }) {
            index += 3
            return true
        }
        return false
    }
}
