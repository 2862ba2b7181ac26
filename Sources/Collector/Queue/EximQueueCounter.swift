/// Counts the messages in the output of `exim -bp` (exim(8), "listing of the queue"): for each a line with its age, size, id and
/// sender, then its recipients, each on a line of its own, those that are done with marked by `D`.
///
/// ```
///  4h  2.9K 1tpwQm-000000003Ab-1z9K <news@example.net>
///         D ann@example.org
///           bob@example.org
/// ```
///
/// The listing does not tell which are being delivered: all count as delayed, and active is not measured.
struct EximQueueCounter: Sendable, Equatable {
    private static let limit = 1024

    private(set) var delayed: Int64 = 0
    private(set) var parts = QueueParts()

    /// Domains of the message that is being read.
    private var domains: Set<String> = []
    private var beginning: [UInt8] = []

    mutating func take(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while let feed = rest.firstIndex(of: 0x0A) {
            keep(rest[..<feed])
            count()
            rest = rest[(feed + 1)...]
        }
        keep(rest)
    }

    /// The output is at its end.
    mutating func finish() {
        count()
        endMessage()
    }

    private mutating func keep(_ part: ArraySlice<UInt8>) {
        beginning += part.prefix(EximQueueCounter.limit - beginning.count)
    }

    private mutating func count() {
        defer { beginning.removeAll(keepingCapacity: true) }
        let line = beginning.drop { $0 == 0x20 || $0 == 0x09 }
        guard !line.isEmpty else { return }
        if isMessage(line, indent: line.startIndex) {
            endMessage()
            delayed += 1
        } else if line.starts(with: Array("D ".utf8)) {
            return
        } else if let domain = MailDomain.of(line.prefix { $0 != 0x20 }) {
            domains.insert(domain)
        }
    }

    private mutating func endMessage() {
        for domain in domains { parts.add(QueuePart(domain: domain, delayed: 1)) }
        domains.removeAll(keepingCapacity: true)
    }

    /// A message's line begins with its age (`0m`, `25h`, `12d`), nearer to the margin than recipients.
    private func isMessage(_ line: ArraySlice<UInt8>, indent: Int) -> Bool {
        guard indent < 8 else { return false }
        let age = line.prefix { $0 != 0x20 }
        guard let unit = age.last, age.count >= 2, "mhdwMHDW".utf8.contains(unit) else { return false }
        return age.dropLast().allSatisfy { $0 &- 0x30 < 10 } && line.contains(0x3C)
    }
}
