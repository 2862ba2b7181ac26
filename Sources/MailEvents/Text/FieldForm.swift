/// How a field's text is wanted.
package enum FieldForm: UInt8, Sendable {
    /// As the server meant it, unescaped.
    case verbatim
    /// ASCII letters in lower case, everything else as it is: for hashes and comparisons of addresses.
    case folded
    /// A routing domain: ASCII letters in lower case, without trailing dots. UTF-8 and domain literals stay as they
    /// are. How long it may be is not decided here.
    case domain
}

extension FieldForm {
    /// Brings bytes into this form, in place. Gives how many remain.
    package func normalise(_ bytes: UnsafeMutableRawBufferPointer) -> Int {
        var count = bytes.count
        switch self {
        case .verbatim:
            return count
        case .folded:
            break
        case .domain:
            while count > 0, bytes[count - 1] == UInt8(ascii: ".") { count -= 1 }
        }
        for index in 0..<count where bytes[index] &- UInt8(ascii: "A") < 26 { bytes[index] |= 0x20 }
        return count
    }

    /// Whether bytes are in this form already.
    @inlinable
    @inline(__always)
    package func holds(_ bytes: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .verbatim: true
        case .folded: !hasCapital(bytes)
        case .domain: bytes.last != UInt8(ascii: ".") && !hasCapital(bytes)
        }
    }

    @usableFromInline
    func hasCapital(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var capital: UInt8 = 0
        for byte in bytes { capital |= byte &- UInt8(ascii: "A") < 26 ? 1 : 0 }
        return capital != 0
    }
}
