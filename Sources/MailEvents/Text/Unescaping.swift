/// Takes the escaping off a field. Damaged escapes never fail: what cannot be read stays as it stands.
enum Unescaping {
    /// Writes the plain bytes of `raw` and gives how many there are, never more than `raw` has.
    ///
    /// - Parameter target: at least as long as `raw`.
    static func write(
        _ raw: UnsafeRawBufferPointer,
        escaping: Field.Escaping,
        to target: UnsafeMutableRawBufferPointer
    ) -> Int {
        switch escaping {
        case .none:
            target.copyMemory(from: raw)
            return raw.count
        case .backslash, .quotedLocalPart:
            return writeBackslashed(raw, to: target)
        case .csv:
            return writeQuoteDoubled(raw, to: target)
        case .csvQuotedLocalPart:
            return unquote(target, count: writeQuoteDoubled(raw, to: target))
        case .json:
            return JSONText.write(raw, to: target)
        case .jsonBytes:
            return JSONText.writeByteNumbers(raw, to: target)
        case .jsonQuotedLocalPart:
            return unquote(target, count: JSONText.write(raw, to: target))
        case .jsonBytesQuotedLocalPart:
            return unquote(target, count: JSONText.writeByteNumbers(raw, to: target))
        }
    }

    /// Takes the quoting off bytes that lie in `target` already, in place.
    private static func unquote(_ target: UnsafeMutableRawBufferPointer, count: Int) -> Int {
        writeBackslashed(UnsafeRawBufferPointer(rebasing: target[..<count]), to: target)
    }

    /// `\` before a byte means that byte; a last `\` alone is dropped. Works in place: it never writes ahead of what
    /// it reads.
    private static func writeBackslashed(_ raw: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) -> Int
    {
        var count = 0
        var index = 0
        while index < raw.count {
            if raw[index] == UInt8(ascii: "\\") { index += 1 }
            guard index < raw.count else { break }
            target[count] = raw[index]
            count += 1
            index += 1
        }
        return count
    }

    /// `""` means `"` (RFC 4180).
    private static func writeQuoteDoubled(_ raw: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer)
        -> Int
    {
        var count = 0
        var index = 0
        while index < raw.count {
            let byte = raw[index]
            target[count] = byte
            count += 1
            index += 1
            if byte == UInt8(ascii: "\""), index < raw.count, raw[index] == byte { index += 1 }
        }
        return count
    }
}
