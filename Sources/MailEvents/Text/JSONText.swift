/// The content of JSON strings (RFC 8259 section 7), and of arrays of byte numbers.
enum JSONText {
    /// One decoded piece: up to four bytes, and how many raw bytes stood for them.
    struct Piece {
        /// First byte lowest.
        var bytes: UInt32
        var count: Int
        var rawCount: Int
    }

    /// Decodes what begins at `index` of a string's content: a byte as it stands, an escape, or a surrogate pair.
    /// Damaged escapes stand for themselves, byte by byte; lone surrogates become U+FFFD.
    static func piece(of raw: UnsafeRawBufferPointer, at index: Int) -> Piece {
        let byte = raw[index]
        guard byte == UInt8(ascii: "\\"), index + 1 < raw.count else {
            return Piece(bytes: UInt32(byte), count: 1, rawCount: 1)
        }
        let escaped: UInt8
        switch raw[index + 1] {
        case UInt8(ascii: "n"): escaped = 0x0A
        case UInt8(ascii: "t"): escaped = 0x09
        case UInt8(ascii: "r"): escaped = 0x0D
        case UInt8(ascii: "b"): escaped = 0x08
        case UInt8(ascii: "f"): escaped = 0x0C
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): escaped = raw[index + 1]
        case UInt8(ascii: "u"):
            return scalarPiece(of: raw, at: index) ?? Piece(bytes: UInt32(byte), count: 1, rawCount: 1)
        default: return Piece(bytes: UInt32(byte), count: 1, rawCount: 1)
        }
        return Piece(bytes: UInt32(escaped), count: 1, rawCount: 2)
    }

    /// Writes the plain bytes of a string's content; never more than it has raw.
    static func write(_ raw: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) -> Int {
        var count = 0
        var index = 0
        while index < raw.count {
            let piece = piece(of: raw, at: index)
            for number in 0..<piece.count {
                target[count] = UInt8(truncatingIfNeeded: piece.bytes >> UInt32(number * 8))
                count += 1
            }
            index += piece.rawCount
        }
        return count
    }

    /// Writes the bytes whose decimal numbers stand in `raw`, whatever stands between them. A number above 255 counts
    /// modulo 256.
    static func writeByteNumbers(_ raw: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) -> Int {
        var count = 0
        var value: UInt8?
        for byte in raw {
            let digit = byte &- 0x30
            if digit < 10 {
                value = (value ?? 0) &* 10 &+ digit
            } else if let complete = value {
                target[count] = complete
                count += 1
                value = nil
            }
        }
        guard let complete = value else { return count }
        target[count] = complete
        return count + 1
    }

    /// The character of `\uXXXX`, or of a surrogate pair of them, in UTF-8; nil if the digits are none.
    private static func scalarPiece(of raw: UnsafeRawBufferPointer, at index: Int) -> Piece? {
        guard let first = codeUnit(of: raw, at: index) else { return nil }
        var code = first
        var rawCount = 6
        if first & 0xFC00 == 0xD800, let second = codeUnit(of: raw, at: index + 6), second & 0xFC00 == 0xDC00 {
            code = 0x10000 + (first & 0x3FF) << 10 + (second & 0x3FF)
            rawCount = 12
        }
        let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
        var bytes: UInt32 = 0
        var count = 0
        for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
            bytes |= UInt32(unit) << UInt32(count * 8)
            count += 1
        }
        return Piece(bytes: bytes, count: count, rawCount: rawCount)
    }

    /// The number of the escape `\uXXXX` at `index`.
    private static func codeUnit(of raw: UnsafeRawBufferPointer, at index: Int) -> UInt32? {
        guard index + 6 <= raw.count, raw[index] == UInt8(ascii: "\\"), raw[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        var code: UInt32 = 0
        for place in index + 2..<index + 6 {
            let byte = raw[place]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - 0x30
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                digit = (byte | 0x20) - 0x57
            default: return nil
            }
            code = code << 4 | UInt32(digit)
        }
        return code
    }
}
