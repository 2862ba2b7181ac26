/// One rule: what a reply must have, and what it then means. All conditions that are given must hold.
package struct BounceRule: Sendable, Equatable {
    /// Unique in its file: `gmail-over-quota`, or of KumoMTA's rules the class and its place, `InvalidRecipient 3`.
    package var name: String
    package var verdict: BounceVerdict
    /// The class as the file calls it.
    package var label: String
    /// Reply codes, any of them; empty: whatever it is.
    package var replyCodes: [ReplyCodePattern] = []
    /// Enhanced status codes, any of them; empty: whatever it is.
    package var statuses: [StatusPattern] = []
    /// Texts, one of which must be part of the line; letters' case (ASCII) and how many blanks stand between words do
    /// not count. Empty: whatever it is.
    package var texts: [String] = []
    /// A regular expression that must match somewhere in the line, in PCRE2's syntax.
    package var pattern: String?
    /// The file as the caller named it.
    package var file: String
    package var line: Int
}

/// Reply codes of RFC 5321: `550`, `45x`, `5xx`.
package struct ReplyCodePattern: Sendable, Equatable {
    package let codes: Range<Int>

    package init?(_ text: String) {
        var first = 0
        var span = 1
        guard text.utf8.count == 3 else { return nil }
        for byte in text.utf8 {
            first *= 10
            if byte == UInt8(ascii: "x") || byte == UInt8(ascii: "X") {
                span *= 10
            } else {
                guard span == 1, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                first += Int(byte - UInt8(ascii: "0"))
            }
        }
        guard (200...599).contains(first) else { return nil }
        codes = first..<first + span
    }
}

/// Enhanced status codes of RFC 3463: `5.1.1`, `x.2.2`, `5.7.x`.
package struct StatusPattern: Sendable, Equatable {
    private static let any: Int16 = -1

    /// Class, subject and detail; negative: any.
    let first: Int16
    let second: Int16
    let third: Int16

    package init?(_ text: String) {
        let words = text.split(separator: ".", omittingEmptySubsequences: false)
        guard words.count == 3, let first = Self.part(words[0]), let second = Self.part(words[1]),
            let third = Self.part(words[2]), [Self.any, 2, 4, 5].contains(first)
        else { return nil }
        self.first = first
        self.second = second
        self.third = third
    }

    private static func part(_ word: Substring) -> Int16? {
        if word == "x" || word == "X" { return any }
        guard let number = Int16(word), (0...999).contains(number) else { return nil }
        return number
    }
}
