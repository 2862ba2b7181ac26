import FoundationEssentials
import Glibc
import MailEvents
import SystemPackage

/// What the database knew of a source, kept beside the spool for a start without the database. Only a hint of what to
/// spool from where: batches are never made from it.
struct SpoolHint: Codable, Equatable {
    struct File: Codable, Equatable {
        var fileID: Int64
        var position: Int64
        var headLength: Int32
        var headHash: [UInt8]
        var tailLength: Int32
        var tailHash: [UInt8]
        var name: String
    }

    /// Files that are remembered, the newest first.
    private static let limit = 200

    /// When this collector followed the source for the first time. The database may have heard of it much later.
    var followedSince: Int64
    /// `SourceOpening.firstOpenedAt`; nil if the database never answered. Where it is another one now, so is the
    /// database, and `followedSince` says nothing.
    var firstOpenedAt: Int64?
    var files: [File]
    /// All that the files of a pattern held at this time was counted; microseconds since 1970 UTC.
    var readUpTo: Int64?
    /// The ids under which logs of the spool are registered, by their keys.
    var keys: [String: Int64]

    /// Before the database has ever answered.
    init(followedSince: Int64) {
        self.followedSince = followedSince
        files = []
        keys = [:]
    }

    init(_ opening: SourceOpening, followedSince: Int64, owners: [FileKey: Int64]) {
        self.followedSince = followedSince
        keys = Dictionary(owners.map { ($0.key.description, $0.value) }) { first, _ in first }
        firstOpenedAt = opening.firstOpenedAt
        files = opening.files.prefix(SpoolHint.limit).map { file in
            File(
                fileID: file.fileID,
                position: file.position,
                headLength: file.fingerprint.headLength,
                headHash: file.fingerprint.headHash,
                tailLength: file.fingerprint.tailLength,
                tailHash: file.fingerprint.tailHash,
                name: file.name
            )
        }
    }

    var owners: [FileKey: Int64] {
        var owners: [FileKey: Int64] = [:]
        for (text, id) in keys {
            if let key = FileKey(text: text) { owners[key] = id }
        }
        return owners
    }

    var opening: SourceOpening {
        SourceOpening(
            files: files.map { file in
                let fingerprint = FileFingerprint(
                    headLength: file.headLength,
                    headHash: file.headHash,
                    tailLength: file.tailLength,
                    tailHash: file.tailHash
                )
                return KnownFile(
                    fileID: file.fileID,
                    position: file.position,
                    cursor: "",
                    parserState: [],
                    fingerprint: fingerprint,
                    name: file.name
                )
            },
            firstOpenedAt: followedSince
        )
    }

    /// Since when the source is followed, given what the database says: what is older is history.
    func followedSince(_ opening: SourceOpening) -> Int64 {
        guard firstOpenedAt == nil || firstOpenedAt == opening.firstOpenedAt else { return opening.firstOpenedAt }
        return min(followedSince, opening.firstOpenedAt)
    }

    /// Reads it; nil if there is none or it is damaged.
    static func read(_ path: FilePath) -> SpoolHint? {
        // A hint that cannot be read is no hint; what follows from that is only that more is spooled.
        guard let file = try? OpenFile(path), let size = try? file.facts().size,
            let bytes = try? file.readFully(at: 0, count: Int(size))
        else { return nil }
        return try? JSONDecoder().decode(SpoolHint.self, from: Data(bytes))
    }

    /// Writes it whole or not at all.
    func write(_ path: FilePath) throws {
        let temporary = FilePath(path.string + ".new")
        try SpoolFolder.remove(temporary)
        let file = try SpoolFile(creating: temporary)
        try file.append(Array(JSONEncoder().encode(self)))
        try file.sync()
        guard rename(temporary.string, path.string) == 0 else {
            throw CollectorError.file(path: path.string, operation: "rename", code: Errno(rawValue: errno))
        }
        try SpoolFile.syncFolder(path.removingLastComponent())
    }
}

extension Spooler {
    /// Keeps what the database knows, for a start without it.
    func remember(_ hint: SpoolHint) {
        // Only a hint: without it, a start without the database spools more than it has to.
        try? hint.write(settings.folder.hintPath)
    }
}
