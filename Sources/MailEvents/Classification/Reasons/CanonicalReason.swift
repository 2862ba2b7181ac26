/// Makes a reply's text the same for every message that got it.
///
/// Pure: no reply makes it fail, whatever its bytes. Doing it twice gives what doing it once gave.
package enum CanonicalReason {
    /// Bytes of a reason at most; a longer one ends with `…`.
    package static let maximumLength = 240
    /// Bytes of the buffer that `write` needs.
    static let capacity = 512

    /// How often a reason is gone over again at most.
    private static let passLimit = 4

    /// Writes the reason of a line.
    ///
    /// - Parameters:
    ///   - line: a whole `ReplyLine`.
    ///   - start: where its text begins; what is before stays.
    ///   - name: the recipient's local part, if it is part of the line.
    /// - Returns: bytes written, at most `maximumLength`, all UTF-8.
    static func write(
        _ line: UnsafeRawBufferPointer,
        from start: Int,
        leavingOut name: Name?,
        to target: UnsafeMutableRawBufferPointer
    ) -> Int {
        var scanner = ReasonScanner(line, start, name, ReasonWriter(target))
        let count = scanner.run()
        return scanner.mayHoldMore ? settle(target, count, start) : count
    }

    /// Goes over a reason until that changes nothing: where part of a word was replaced, or the end cut off, what is
    /// left may be a word of another kind.
    @inline(never)
    private static func settle(_ reason: UnsafeMutableRawBufferPointer, _ count: Int, _ start: Int) -> Int {
        withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 16) { other in
            var count = count
            for _ in 0..<passLimit {
                let before = UnsafeRawBufferPointer(rebasing: reason[..<count])
                var scanner = ReasonScanner(before, min(start, count), nil, ReasonWriter(other))
                let after = UnsafeRawBufferPointer(rebasing: other[..<scanner.run()])
                if after.elementsEqual(before) { break }
                reason.copyMemory(from: after)
                count = after.count
            }
            return count
        }
    }

    /// A recipient's local part that a reply repeats.
    struct Name {
        let bytes: UnsafeRawBufferPointer

        /// Nil if there is none, if it does not stand in the text, or if it is a word of the language of replies.
        @inline(__always)
        init?(_ name: UnsafeRawBufferPointer, in text: UnsafeRawBufferPointer) {
            guard let first = name.first, name.count <= 64, name.count <= text.count else { return nil }
            let head = ReasonBytes.folded(first)
            let last = text.count - name.count
            var place = 0
            while place <= last {
                if ReasonBytes.folded(text[place]) == head, Self.isEqual(name, text, place) {
                    guard !Self.isCommon(name) else { return nil }
                    bytes = name
                    return
                }
                place &+= 1
            }
            return nil
        }

        static func isEqual(_ name: UnsafeRawBufferPointer, _ text: UnsafeRawBufferPointer, _ place: Int) -> Bool {
            guard place + name.count <= text.count else { return false }
            for offset in 0..<name.count
            where ReasonBytes.folded(text[place &+ offset]) != ReasonBytes.folded(name[offset]) {
                return false
            }
            return true
        }

        private static func isCommon(_ name: UnsafeRawBufferPointer) -> Bool {
            common.contains(String(decoding: name.map(ReasonBytes.folded), as: UTF8.self))
        }

        /// Local parts that are words which replies use.
        private static let common: Set<String> = [
            "a", "abuse", "access", "account", "address", "admin", "and", "are", "as", "at", "be", "blocked", "by",
            "client", "connect", "connection", "contact", "content", "customer", "data", "delivery", "denied", "does",
            "domain", "email", "error", "exist", "for", "from", "full", "has", "have", "help", "here", "host", "id",
            "in", "inbox", "info", "invalid", "ip", "is", "it", "list", "local", "mail", "mailbox", "message",
            "messages", "network", "no", "not", "of", "office", "on", "or", "please", "policy", "postmaster", "quota",
            "recipient", "rejected", "root", "security", "sender", "server", "service", "size", "smtp", "sorry", "spam",
            "support", "system", "team", "temporary", "test", "that", "the", "this", "to", "try", "unknown", "user",
            "virus", "was", "with", "you", "your",
        ]
    }
}
