/// Log bytes as PostgreSQL takes them for `text`: UTF-8 without NUL, no longer than a column may be.
enum StoredText {
    /// Gives the text's bytes to `body`: the same buffer where it can be stored as it is, else a repaired copy. Bytes
    /// that are not UTF-8 and NUL become U+FFFD; what is longer than `limit` bytes is cut at a character.
    @inline(__always)
    static func withStorable<Result>(
        _ bytes: UnsafeRawBufferPointer,
        limit: Int,
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        if bytes.count <= limit, isPlainASCII(bytes) { return try body(bytes) }
        var repaired = string(bytes)
        if repaired.utf8.count > limit { repaired = cut(repaired, to: limit) }
        return try repaired.withUTF8 { try body(UnsafeRawBufferPointer($0)) }
    }

    /// The text, repaired.
    static func string(_ bytes: UnsafeRawBufferPointer) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        return text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
    }

    /// True if every byte is 1 to 127: UTF-8 without NUL for sure. Eight bytes at a time.
    @inline(__always)
    static func isPlainASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let high: UInt64 = 0x8080_8080_8080_8080
        let ones: UInt64 = 0x0101_0101_0101_0101
        var index = 0
        while index &+ 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            // A word without high bits has a zero byte if and only if subtracting 1 from each byte borrows.
            if (word | (word &- ones)) & high != 0 { return false }
            index &+= 8
        }
        while index < bytes.count {
            if bytes[index] == 0 || bytes[index] >= 0x80 { return false }
            index &+= 1
        }
        return true
    }

    private static func cut(_ text: String, to limit: Int) -> String {
        var bytes = Array(text.utf8.prefix(limit))
        // Bytes 10xxxxxx continue a character; the byte before them begins it.
        while let last = bytes.last, last & 0xC0 == 0x80 { bytes.removeLast() }
        if let last = bytes.last, last & 0xC0 == 0xC0 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
