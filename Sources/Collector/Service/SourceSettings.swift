package import SystemPackage

/// A source of a host, with all that it needs.
package struct SourceSettings: Sendable {
    /// Where the lines come from.
    package enum Kind: Sendable {
        /// A log file and its rotations.
        case file(FollowSettings)
        /// Files by a pattern, each written once.
        case pattern(PatternSettings)
        /// journald.
        case journal(JournalSettings)
        /// What is sent to us, and safe in this spool before it is acknowledged.
        case received(ReceptionSpool)
        /// Sample lines, replayed into the log that is followed.
        case samples(SampleSettings, FollowSettings)
    }

    package var description: SourceDescription
    package var kind: Kind
    /// The queue whose sizes are taken for the source's node; nil for none.
    package var queue: QueueGaugeSettings?

    package init(_ description: SourceDescription, _ kind: Kind) {
        self.description = description
        self.kind = kind
    }
}

extension SpoolSettings {
    /// The spool of one source among those of a host: a folder named for the source.
    package init(of source: SourceDescription, below root: FilePath) {
        let hash = ReadingPlace.hash(Array("\(source.node)\n\(source.name)".utf8))
        let name = source.name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" }
        let suffix = hash.prefix(4).map { String(Int($0) + 256, radix: 16).dropFirst() }.joined()
        self.init(folder: root.appending("\(String(name.suffix(60)))-\(suffix)"))
    }
}
