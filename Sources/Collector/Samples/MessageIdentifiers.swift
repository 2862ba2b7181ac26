import MailEvents

/// Gives the messages of a sample other ids in each round, so that no two messages of the replay have the same, and
/// the lines of one message still have theirs in common.
struct MessageIdentifiers: Sendable {
    let format: LogFormat
    /// Digits of Postfix's long queue ids, base 51 (`safe_ultostr`): no vowels, and no `z`, which separates the parts.
    private static let digits = Array("0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxy".utf8)
    private static let separator = UInt8(ascii: "z")

    /// The rest of a line, behind its stamp, with the ids of a round.
    func renamed(_ rest: [UInt8], round: UInt64) -> [UInt8] {
        switch format {
        case .postfix: renamedWords(rest) { postfix($0, round) }
        case .momentumMainlog, .momentumBouncelog, .momentumFbllog: renamedField(rest, round)
        case .momentumRejectlog, .momentumJSON, .exim, .kumomta, .powermta: rest
        }
    }

    /// Puts each word that is an id through `rename`.
    private func renamedWords(_ bytes: [UInt8], _ rename: (ArraySlice<UInt8>) -> [UInt8]?) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 8)
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex { !MessageIdentifiers.isDigit($0) } ?? bytes.endIndex
            let word = bytes[start..<end]
            result += rename(word) ?? Array(word)
            if end < bytes.endIndex { result.append(bytes[end]) }
            start = end < bytes.endIndex ? end + 1 : end
        }
        return result
    }

    /// A long queue id: at least six characters for the seconds, four for the microseconds, `z`, the inode. The inode
    /// is another in each round.
    private func postfix(_ word: ArraySlice<UInt8>, _ round: UInt64) -> [UInt8]? {
        guard word.count >= 12, word.count <= 24,
            let mark = word.dropFirst(10).firstIndex(of: MessageIdentifiers.separator), mark < word.endIndex - 1
        else { return nil }
        return Array(word[...mark]) + MessageIdentifiers.number(round) + word[(mark + 1)...]
    }

    /// Momentum's message id is the first field behind the stamp: `@00/00-25004-31B987F3@`.
    private func renamedField(_ rest: [UInt8], _ round: UInt64) -> [UInt8] {
        let fields = rest.split(separator: UInt8(ascii: "@"), maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3, fields[1].count > 8 else { return rest }
        let tail = String(decoding: fields[1].suffix(8), as: UTF8.self)
        guard let old = UInt32(tail, radix: 16) else { return rest }
        // An exclusive or keeps ids that differ in one round different in every other.
        let new = String(old ^ UInt32(truncatingIfNeeded: round &* 0x9e37_79b9), radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, 8 - new.count)) + new
        return Array("@".utf8) + fields[1].dropLast(8) + Array(padded.utf8) + Array("@".utf8) + fields[2]
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static func number(_ value: UInt64) -> [UInt8] {
        var value = value
        var result: [UInt8] = []
        repeat {
            result.append(digits[Int(value % UInt64(digits.count))])
            value /= UInt64(digits.count)
        } while value > 0
        return result.reversed()
    }
}
