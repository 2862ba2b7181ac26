/// A word of a reply, and what it looks like.
struct ReasonWord {
    private let text: UnsafeRawBufferPointer
    let range: Range<Int>
    private(set) var hasDigit = false
    private(set) var hasAt = false
    private(set) var hasLetter = false
    private var dots = 0
    private var colons = 0
    private var hasSlash = false
    /// Changes between letters and digits, as `a1b` has two.
    private var turns = 0
    /// Capitals behind small letters, as `aBcD` has two.
    private var humps = 0

    @inline(__always)
    init(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) {
        self.text = text
        self.range = range
        var previous: UInt8 = 0
        for index in range {
            let byte = text[index]
            if ReasonBytes.isDigit(byte) {
                hasDigit = true
                if ReasonBytes.isLetter(previous) { turns &+= 1 }
            } else if ReasonBytes.isLetter(byte) {
                hasLetter = true
                if ReasonBytes.isDigit(previous) { turns &+= 1 }
                if ReasonBytes.isUpper(byte), ReasonBytes.isLower(previous) { humps &+= 1 }
            } else if byte < 0x80 {
                switch byte {
                case UInt8(ascii: "@"): hasAt = true
                case UInt8(ascii: "."): dots &+= 1
                case UInt8(ascii: ":"): colons &+= 1
                case UInt8(ascii: "/"): hasSlash = true
                default: break
                }
            }
            previous = byte
        }
    }

    /// Letters of any script, and punctuation that nothing is told by.
    @inline(__always)
    var isPlain: Bool { !hasDigit && !hasAt && dots == 0 && colons == 0 && !hasSlash && !isScramble }

    var isRFC: Bool { range.count == 3 && has("rfc", at: range.lowerBound) }

    var isNumber: Bool { hasDigit && !hasLetter && !hasAt && !text[range].contains { $0 >= 0x80 } }

    /// Where the value of `id=value` begins; nil if the word is none.
    var key: Int? {
        var cursor = ReasonCursor(text, range)
        guard cursor.letters(1...20), cursor.take(UInt8(ascii: "=")), !cursor.isAtEnd else { return nil }
        return cursor.index
    }

    // MARK: - What is replaced

    var isURL: Bool {
        if colons > 0, let scheme = scheme, scheme { return true }
        guard dots > 0 else { return false }
        if range.count > 5, has("www.", at: range.lowerBound) { return true }
        // A host and a path.
        guard hasSlash, let slash = text[range].firstIndex(of: UInt8(ascii: "/")), slash + 1 < range.upperBound else {
            return false
        }
        return ReasonWord(text, range.lowerBound..<slash).isHost
    }

    /// Whether `://` or `mailto:` stands behind letters; nil: there is no colon.
    private var scheme: Bool? {
        guard let colon = text[range].firstIndex(of: UInt8(ascii: ":")) else { return nil }
        guard colon > range.lowerBound, ReasonBytes.isLetter(text[colon - 1]) else { return false }
        return colon + 3 < range.upperBound && text[colon + 1] == UInt8(ascii: "/")
            && text[colon + 2] == UInt8(ascii: "/")
    }

    var isIPv4: Bool {
        guard dots >= 3 else { return false }
        var cursor = ReasonCursor(text, range)
        for part in 0..<4 {
            guard cursor.digits(1...3), part == 3 || cursor.take(UInt8(ascii: ".")) else { return false }
        }
        // A port, in one of several forms, or a prefix length.
        guard !cursor.isAtEnd else { return true }
        guard cursor.take(UInt8(ascii: ":")) || cursor.take(UInt8(ascii: "/")) || cursor.take(UInt8(ascii: "#")) else {
            return false
        }
        return cursor.digits(1...5) && cursor.isAtEnd
    }

    @inline(__always)
    var isIPv6: Bool { colons >= 2 && looksLikeIPv6 }

    private var looksLikeIPv6: Bool {
        var start = range.lowerBound
        if range.count > 5, has("ipv6:", at: start) { start += 5 }
        var colons = 0
        var isShortened = false
        for index in start..<range.upperBound {
            let byte = text[index]
            if byte == UInt8(ascii: ":") {
                colons += 1
                if index > start, text[index - 1] == byte { isShortened = true }
            } else if byte == UInt8(ascii: "/") || byte == UInt8(ascii: "%") {
                break
            } else if !ReasonBytes.isHexadecimal(byte), byte != UInt8(ascii: ".") {
                return false
            }
        }
        return colons >= 5 || isShortened && (hasDigit || hasLetter)
    }

    /// Labels with dots between, the last of letters as a top-level domain is, and perhaps a port. `Exception` at the
    /// end of a class name is none.
    var isHost: Bool {
        guard dots > 0, hasLetter else { return false }
        var end = range.upperBound
        if colons == 1 {
            while end > range.lowerBound, ReasonBytes.isDigit(text[end - 1]) { end -= 1 }
            guard end > range.lowerBound, text[end - 1] == UInt8(ascii: ":") else { return false }
            end -= 1
        }
        var label = range.lowerBound
        for index in range.lowerBound..<end {
            let byte = text[index]
            if byte == UInt8(ascii: ".") {
                guard index > label else { return false }
                label = index + 1
            } else if !ReasonBytes.isWord(byte), byte != UInt8(ascii: "-"), byte != UInt8(ascii: "_") {
                return false
            }
        }
        return label > range.lowerBound && isTopLevel(label..<end)
    }

    private func isTopLevel(_ label: Range<Int>) -> Bool {
        guard (2...24).contains(label.count), text[label].allSatisfy({ ReasonBytes.isLetter($0) || $0 >= 0x80 }) else {
            return label.count > 4 && has("xn--", at: label.lowerBound)
        }
        let capitals = text[label].count(where: ReasonBytes.isUpper)
        if capitals == 0 || capitals == 1 && label.count <= 3 { return true }
        return capitals == label.count && !text[range].contains(where: ReasonBytes.isLower)
    }

    /// Too long or too mixed for a word, and with digits; or letters of mixed case without sense.
    var isID: Bool {
        if isScramble { return true }
        guard hasDigit else { return false }
        if !hasLetter { return false }
        return turns >= 2 ? range.count >= 5 : range.count >= 8
    }

    /// Letters only, with more capitals within than names of classes have.
    @inline(__always)
    private var isScramble: Bool { humps >= 4 && humps &* 5 >= range.count }

    // MARK: - What stays

    /// An enhanced status code.
    var isStatus: Bool {
        guard dots == 2, range.count >= 5 else { return false }
        let first = text[range.lowerBound]
        guard first == UInt8(ascii: "2") || first == UInt8(ascii: "4") || first == UInt8(ascii: "5") else {
            return false
        }
        var cursor = ReasonCursor(text, range)
        return cursor.digits(1...1) && cursor.take(UInt8(ascii: ".")) && cursor.digits(1...3)
            && cursor.take(UInt8(ascii: ".")) && cursor.digits(1...3) && cursor.isAtEnd
    }

    var isReplyCode: Bool {
        guard range.count == 3, isNumber else { return false }
        let first = text[range.lowerBound]
        return first == UInt8(ascii: "4") || first == UInt8(ascii: "5")
    }

    /// A status, or a code as Yahoo's `554.30`.
    var isKeptNumber: Bool {
        if isStatus { return true }
        guard dots == 1, range.count >= 5, range.count <= 6 else { return false }
        let first = text[range.lowerBound]
        guard first == UInt8(ascii: "4") || first == UInt8(ascii: "5") else { return false }
        var cursor = ReasonCursor(text, range)
        return cursor.digits(3...3) && cursor.take(UInt8(ascii: ".")) && cursor.digits(1...2) && cursor.isAtEnd
    }

    /// `S3150`, `TSS04`, `OU-001`, `RFC5321`: a few letters, then up to four digits; or `BL000010`.
    var isProviderCode: Bool {
        guard hasLetter, hasDigit, range.count <= 9 else { return false }
        var cursor = ReasonCursor(text, range)
        guard cursor.letters(1...6) else { return false }
        _ = cursor.take(UInt8(ascii: "-"))
        let digits = cursor.index
        guard cursor.digits(1...6), cursor.isAtEnd else { return false }
        return cursor.index - digits <= 4 || text[digits] == UInt8(ascii: "0")
    }

    /// Where the digits end of an amount with its unit (`10MB`, `300s`); nil if it is none.
    var leadingDigits: Int? {
        var cursor = ReasonCursor(text, range)
        guard cursor.digits(1...20), !cursor.isAtEnd else { return nil }
        return cursor.index
    }

    private func has(_ word: StaticString, at start: Int) -> Bool {
        guard start + word.utf8CodeUnitCount <= range.upperBound else { return false }
        for offset in 0..<word.utf8CodeUnitCount
        where ReasonBytes.folded(text[start + offset]) != word.utf8Start[offset] {
            return false
        }
        return true
    }
}
