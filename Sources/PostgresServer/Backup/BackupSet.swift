package import FoundationEssentials

/// How a backup relates to the ones before it.
package enum BackupType: String, Sendable, Codable, CaseIterable {
    case full
    /// What changed since the last full one.
    case differential = "diff"
    /// What changed since the last one of any type.
    case incremental = "incr"
}

/// One backup that counts: all its files and all WAL that it needs are in the repository. A backup that was interrupted is
/// none.
package struct BackupSet: Sendable, Codable, Equatable {
    /// `20261128-112951F`, as pgBackRest names it.
    package let label: String
    package let type: BackupType
    package let startedAt: Date
    package let finishedAt: Date
    /// Of the database as it was.
    package let databaseSize: ByteCount
    /// What this backup alone takes in the repository.
    package let repositorySize: ByteCount
    /// Backups that this one needs, oldest first.
    package let needs: [String]
    /// pgBackRest found damaged pages while it copied.
    package let hasDamagedPages: Bool
    package let firstSegment: String
    package let lastSegment: String
    /// Where the backup ended, in bytes of WAL; nil where pgBackRest does not tell.
    package let stopPosition: UInt64?
    /// Restore point right behind it; nil when the backup was interrupted before that.
    package let point: String?
    /// What the database held at that point, by name.
    package let figures: [String: String]?
    /// When it was last restored, recovered and compared with its figures.
    package let provenAt: Date?
    /// How long that took.
    package let provenSeconds: Double?

    /// The full backup that it builds on, or is.
    package var fullLabel: String { String(label.prefix { $0 != "_" }) }

    /// The timeline that it was taken on.
    var timeline: UInt32? { UInt32(lastSegment.prefix(8), radix: 16) }
}

/// Names of the annotations in which Mailmill keeps, in the repository itself, what it knows of a backup.
enum BackupAnnotation {
    static let point = "mailmill-point"
    static let figures = "mailmill-figures"
    static let provenAt = "mailmill-proven-at"
    static let provenSeconds = "mailmill-proven-seconds"
}

/// Reads what `pgbackrest info --output=json` prints (pgBackRest 2.41 and later).
enum BackupInfo {
    private struct Stanza: Decodable {
        var name: String
        var backup: [Item]
    }

    private struct Item: Decodable {
        struct Archive: Decodable {
            var start: String?
            var stop: String?
        }
        struct Positions: Decodable {
            var stop: String?
        }
        struct Sizes: Decodable {
            struct Repository: Decodable { var delta: Int64 }
            var size: Int64
            var repository: Repository
        }
        struct Times: Decodable {
            var start: Int64
            var stop: Int64
        }
        var label: String
        var type: BackupType
        var archive: Archive
        var lsn: Positions?
        var info: Sizes
        var timestamp: Times
        var reference: [String]?
        var error: Bool?
        var annotation: [String: String]?
    }

    /// Backups, oldest first.
    static func backups(in text: String) throws -> [BackupSet] {
        try JSONDecoder().decode([Stanza].self, from: Data(text.utf8))
            .filter { $0.name == ArchiveScript.stanza }
            .flatMap { try $0.backup.map(backup) }
            .sorted { ($0.finishedAt, $0.label) < ($1.finishedAt, $1.label) }
    }

    private static func backup(_ item: Item) throws -> BackupSet {
        let notes = item.annotation ?? [:]
        return BackupSet(
            label: item.label,
            type: item.type,
            startedAt: Date(timeIntervalSince1970: Double(item.timestamp.start)),
            finishedAt: Date(timeIntervalSince1970: Double(item.timestamp.stop)),
            databaseSize: ByteCount(item.info.size),
            repositorySize: ByteCount(item.info.repository.delta),
            needs: item.reference ?? [],
            hasDamagedPages: item.error ?? false,
            firstSegment: item.archive.start ?? "",
            lastSegment: item.archive.stop ?? "",
            stopPosition: item.lsn?.stop.flatMap(Timelines.position),
            point: notes[BackupAnnotation.point],
            figures: try notes[BackupAnnotation.figures].map {
                try JSONDecoder().decode([String: String].self, from: Data($0.utf8))
            },
            provenAt: notes[BackupAnnotation.provenAt].flatMap { Double($0) }.map { Date(timeIntervalSince1970: $0) },
            provenSeconds: notes[BackupAnnotation.provenSeconds].flatMap { Double($0) }
        )
    }
}
