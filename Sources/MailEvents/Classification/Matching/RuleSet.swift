/// Rules in order, ready to be matched: the first whose conditions all hold decides.
///
/// Three steps, each cheaper than the next: bits of the rules that a reply code leaves, bits of the rules whose texts
/// one pass over the line finds, and only for rules that have both, status and regular expression.
package struct RuleSet: Sendable {
    /// In the order they are tried.
    package let rules: [BounceRule]
    /// Rules that have a status or a regular expression to look at.
    private let conditional: [UInt64]
    /// Of each rule, which of `statuses` are its own; none: whatever the status is.
    private let statusRanges: [Range<Int>]
    private let statuses: [StatusPattern]
    private let patterns: [Pattern?]
    private let texts: LiteralAutomaton
    /// Words of 64 bits that hold a bit a rule.
    private let width: Int
    /// Rules that need no text found.
    private let textless: [UInt64]
    /// Of each reply code, 0 (none) to 599, the rules that it leaves.
    private let byReplyCode: [UInt64]

    /// - Parameter files: those before others are tried before them.
    package init(_ files: [RuleFile]) throws(RuleFileProblem) {
        rules = files.flatMap(\.rules)
        let width = max(1, (rules.count + 63) / 64)
        var conditional = [UInt64](repeating: 0, count: width)
        var statuses: [StatusPattern] = []
        var statusRanges: [Range<Int>] = []
        var patterns: [Pattern?] = []
        var needed: [(text: [UInt8], owner: Int)] = []
        var textless = [UInt64](repeating: 0, count: width)
        var byReplyCode = [UInt64](repeating: 0, count: 600 * width)
        for (index, rule) in rules.enumerated() {
            let bit = UInt64(1) << UInt64(index & 63)
            patterns.append(try Self.pattern(of: rule))
            statusRanges.append(statuses.count..<statuses.count + rule.statuses.count)
            statuses += rule.statuses
            if rule.pattern != nil || !rule.statuses.isEmpty { conditional[index >> 6] |= bit }
            if let texts = Self.texts(of: rule) {
                needed += texts.map { ($0, index) }
            } else {
                textless[index >> 6] |= bit
            }
            for code in 0..<600 where rule.replyCodes.isEmpty || rule.replyCodes.contains(where: { $0.codes ~= code }) {
                byReplyCode[code * width + index >> 6] |= bit
            }
        }
        self.width = width
        self.conditional = conditional
        self.statuses = statuses
        self.statusRanges = statusRanges
        self.patterns = patterns
        self.textless = textless
        self.byReplyCode = byReplyCode
        texts = LiteralAutomaton(needed)
    }

    /// The index of the first rule that fits a line; nil if none does.
    @inline(__always)
    func firstMatch(_ line: ReplyLine, _ bytes: UnsafeRawBufferPointer, _ scratch: MatchScratch) -> Int? {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: width) { bits in
            for word in 0..<width { bits[word] = textless[word] }
            texts.mark(bytes, in: bits)
            let code = min(max(line.replyCode ?? 0, 0), 599)
            for word in 0..<width {
                var left = bits[word] & byReplyCode[code &* width &+ word]
                while left != 0 {
                    let bit = left & (0 &- left)
                    let index = word << 6 | left.trailingZeroBitCount
                    if conditional[word] & bit == 0 || holds(index, line, bytes, scratch) { return index }
                    left &= left &- 1
                }
            }
            return nil
        }
    }

    /// Whether a rule's status and regular expression fit.
    private func holds(_ index: Int, _ line: ReplyLine, _ bytes: UnsafeRawBufferPointer, _ scratch: MatchScratch)
        -> Bool
    {
        let range = statusRanges[index]
        if !range.isEmpty {
            guard let status = line.status, range.contains(where: { statuses[$0].matches(status) }) else {
                return false
            }
        }
        guard let pattern = patterns[index] else { return true }
        return pattern.matches(bytes, scratch)
    }

    // MARK: - Making ready

    private static func pattern(of rule: BounceRule) throws(RuleFileProblem) -> Pattern? {
        guard let text = rule.pattern else { return nil }
        do throws(Pattern.Problem) {
            return try Pattern(text)
        } catch {
            throw RuleFileProblem(
                file: rule.file,
                line: rule.line,
                problem: "the pattern '\(text)' of \(rule.name) is no regular expression: \(error)"
            )
        }
    }

    /// Texts of which a line must have one for the rule to hold.
    private static func texts(of rule: BounceRule) -> [[UInt8]]? {
        guard rule.texts.isEmpty else { return rule.texts.map(singleBlanks) }
        return rule.pattern.flatMap(RequiredText.of)
    }

    /// As lines have them.
    private static func singleBlanks(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            let isBlank = byte <= 0x20
            if !isBlank || bytes.last != 0x20 { bytes.append(isBlank ? 0x20 : byte) }
        }
        return bytes
    }
}

extension StatusPattern {
    @inline(__always)
    func matches(_ status: ReplyStatus) -> Bool {
        Self.fits(first, status.class) && Self.fits(second, status.subject) && Self.fits(third, status.detail)
    }

    @inline(__always)
    private static func fits(_ part: Int16, _ value: Int16) -> Bool { part < 0 || part == value }
}
