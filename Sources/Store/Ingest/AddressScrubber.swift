internal import MailEvents

/// Takes people's names out of texts: what stands before an `@`, and a recipient's local part where it stands alone.
struct AddressScrubber {
    let privacy: AddressPrivacy
    /// Keyed with the database's key, as the hashes that trace looks for.
    let traceHash: KeyedHash

    /// What stands for a name that is not kept.
    static let ellipsis: [UInt8] = Array("…".utf8)
    /// Shorter local parts are not looked for where they stand alone.
    private static let shortestName = 2

    /// Whether texts have to be looked through.
    var isNeeded: Bool { privacy != .whole }

    /// The text without names.
    ///
    /// - Parameter recipient: the local part, plain, and the address's hash.
    func scrub(
        _ text: UnsafeRawBufferPointer,
        recipient: (local: [UInt8], hash: UInt64)? = nil
    ) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count + 16)
        var copied = 0
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "@"), let start = Self.localStart(text, before: index, from: copied) {
                let end = Self.domainEnd(text, after: index)
                if end > index + 1 {
                    result.append(contentsOf: text[copied..<start])
                    result.append(contentsOf: name(text, start, index, end))
                    copied = index
                }
            } else if let recipient, Self.stands(recipient.local, in: text, at: index) {
                result.append(contentsOf: text[copied..<index])
                result.append(contentsOf: stored(recipient.hash))
                index += recipient.local.count
                copied = index
                continue
            }
            index += 1
        }
        result.append(contentsOf: text[copied...])
        return result
    }

    /// What is stored for the local part of an address with this hash.
    func stored(_ hash: UInt64) -> [UInt8] {
        switch privacy {
        case .whole, .domain: Self.ellipsis
        case .hash: Self.hexadecimal(hash)
        }
    }

    /// A hash as 16 digits.
    static func hexadecimal(_ hash: UInt64) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return (0..<16).map { digits[Int(truncatingIfNeeded: hash >> (60 - UInt64($0) * 4)) & 15] }
    }

    // MARK: - Places

    private func name(_ text: UnsafeRawBufferPointer, _ start: Int, _ at: Int, _ end: Int) -> [UInt8] {
        guard privacy == .hash else { return Self.ellipsis }
        let isQuoted = text[start] == UInt8(ascii: "\"") && at - start >= 2
        let local = Field(
            offset: UInt32(start + (isQuoted ? 1 : 0)),
            length: UInt32(at - start - (isQuoted ? 2 : 0)),
            escaping: isQuoted ? .quotedLocalPart : .none
        )
        let domain = Field(offset: UInt32(at + 1), length: UInt32(end - at - 1))
        return Self.hexadecimal(traceHash.hash(local: local, domain: domain, in: text))
    }

    /// Where the local part before an `@` begins; nil if there is none.
    private static func localStart(_ text: UnsafeRawBufferPointer, before at: Int, from limit: Int) -> Int? {
        guard at > limit else { return nil }
        if text[at - 1] == UInt8(ascii: "\"") {
            var open = at - 2
            while open >= limit {
                if text[open] == UInt8(ascii: "\""), open == limit || text[open - 1] != UInt8(ascii: "\\") {
                    return open
                }
                open -= 1
            }
            return nil
        }
        var start = at
        while start > limit, isLocal(text[start - 1]) { start -= 1 }
        return start < at ? start : nil
    }

    private static func domainEnd(_ text: UnsafeRawBufferPointer, after at: Int) -> Int {
        var end = at + 1
        while end < text.count {
            let byte = text[end]
            guard
                byte.isLetterOrDigit || byte >= 0x80 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
                    || byte == UInt8(ascii: "_") || (end == at + 1 && byte == UInt8(ascii: "["))
            else { break }
            end += 1
        }
        while end > at + 1, text[end - 1] == UInt8(ascii: ".") { end -= 1 }
        return end
    }

    /// Whether a name stands at a place as a word of its own, in whatever letters.
    private static func stands(_ name: [UInt8], in text: UnsafeRawBufferPointer, at index: Int) -> Bool {
        guard name.count >= shortestName, index + name.count <= text.count, index == 0 || !isWord(text[index - 1])
        else {
            return false
        }
        for offset in name.indices where text[index + offset].lowered != name[offset].lowered { return false }
        let end = index + name.count
        guard end < text.count else { return true }
        // With a domain behind it, it is an address of its own.
        return text[end] == UInt8(ascii: "@") ? domainEnd(text, after: end) == end + 1 : !isWord(text[end])
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte.isLetterOrDigit || byte >= 0x80 || byte == UInt8(ascii: "_")
    }

    /// `atext` and the dot (RFC 5321 `Dot-string`), and bytes of UTF-8 (RFC 6531).
    private static func isLocal(_ byte: UInt8) -> Bool {
        if byte.isLetterOrDigit || byte >= 0x80 { return true }
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="),
            UInt8(ascii: "?"), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "{"),
            UInt8(ascii: "|"), UInt8(ascii: "}"), UInt8(ascii: "~"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return true
        default:
            return false
        }
    }
}

extension UInt8 {
    /// Whether the byte is an ASCII letter or digit.
    fileprivate var isLetterOrDigit: Bool { self &- 0x30 < 10 || (self | 0x20) &- 0x61 < 26 }
    /// In lower case, if it is an ASCII letter.
    fileprivate var lowered: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}
