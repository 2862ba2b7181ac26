/// Appends to a line, never more than fits.
struct ReplyLineWriter {
    private let target: UnsafeMutableRawBufferPointer
    private let limit: Int
    private(set) var count = 0

    init(_ target: UnsafeMutableRawBufferPointer) {
        self.target = target
        limit = min(target.count, ReplyLine.maximumLength)
    }

    @inline(__always)
    var isFull: Bool { count >= limit }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        guard count < limit else { return }
        target[count] = byte
        count &+= 1
    }

    /// A blank, unless the line begins here or has one already.
    @inline(__always)
    mutating func appendBlank() {
        guard count > 0, target[count - 1] != 0x20 else { return }
        append(0x20)
    }

    /// A reply code and a blank.
    mutating func append(code: Int) {
        appendNumber(code)
        append(0x20)
    }

    /// A status and a blank.
    mutating func append(status: ReplyStatus) {
        appendNumber(Int(status.class))
        append(UInt8(ascii: "."))
        appendNumber(Int(status.subject))
        append(UInt8(ascii: "."))
        appendNumber(Int(status.detail))
        append(0x20)
    }

    private mutating func appendNumber(_ number: Int) {
        if number >= 100 { append(0x30 + UInt8(truncatingIfNeeded: number / 100 % 10)) }
        if number >= 10 { append(0x30 + UInt8(truncatingIfNeeded: number / 10 % 10)) }
        append(0x30 + UInt8(truncatingIfNeeded: number % 10))
    }

    /// Takes blanks at the end away. Gives the line's length.
    mutating func finish() -> Int {
        while count > 0, target[count - 1] == 0x20 { count -= 1 }
        return count
    }
}
