/// Tells whether a name in a log's folder is one that rotation gives to that log.
///
/// `mail.log` becomes `mail.log.1`, `mail.log.2.gz`, `mail.log-20261122`, `mail.log.20261122-153521`, `mail.log.old`,
/// and where a suffix is kept (logrotate's `extension`) `mail.1.log`, `mail-20261122.log.gz`. It never becomes
/// `mail.err` or `mail.log.err`: those are other logs, with the same lines once more.
struct RotatedName: Sendable {
    private let base: String
    private let stem: String
    private let suffix: String

    init(_ base: String) {
        self.base = base
        let dot = base.lastIndex(of: ".").flatMap { $0 == base.startIndex ? nil : $0 }
        self.stem = dot.map { String(base[..<$0]) } ?? base
        self.suffix = dot.map { String(base[$0...]) } ?? ""
    }

    func matches(_ name: String) -> Bool {
        guard name != base else { return false }
        var name = name[...]
        if let compressed = Compression.suffixes.first(where: name.hasSuffix) {
            name = name.dropLast(compressed.count)
            if name == base { return true }
        }
        if name.hasPrefix(base) { return isMark(name.dropFirst(base.count)) }
        guard !suffix.isEmpty, name.hasPrefix(stem), name.hasSuffix(suffix) else { return false }
        return isMark(name.dropFirst(stem.count).dropLast(suffix.count))
    }

    /// `.1`, `-20261122`, `_2026-11-22T15:35`, `.old`: a separator, then a number or a date, or a word for "old".
    private func isMark(_ text: Substring) -> Bool {
        guard let separator = text.first, ".-_".contains(separator) else { return false }
        let mark = text.dropFirst()
        if ["old", "prev", "bak"].contains(mark) { return true }
        guard let first = mark.first, first.isASCII, first.isNumber else { return false }
        return mark.allSatisfy { ($0.isASCII && $0.isNumber) || ".-_:TZ+".contains($0) }
    }
}
