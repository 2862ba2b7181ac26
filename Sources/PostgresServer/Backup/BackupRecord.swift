package import FoundationEssentials
internal import SystemPackage

/// What happened last to backups, kept beside the database so that `database status` and `doctor` need not ask the
/// repository, which may be far away.
package struct BackupRecord: Sendable, Codable, Equatable {
    /// A backup or drill that ended well.
    package struct Success: Sendable, Codable, Equatable {
        package var label: String
        package var at: Date
        package var seconds: Double

        package init(label: String, at: Date, seconds: Double) {
            self.label = label
            self.at = at
            self.seconds = seconds
        }
    }

    /// One that did not.
    package struct Failure: Sendable, Codable, Equatable {
        /// `backup` or `prove`.
        package var what: String
        package var at: Date
        package var reason: String

        package init(what: String, at: Date, reason: String) {
            self.what = what
            self.at = at
            self.reason = reason
        }
    }

    package var lastBackup: Success?
    package var lastProven: Success?
    /// Nil once the same succeeded again.
    package var lastFailure: Failure?

    package init() {}

    static func read(_ layout: BackupLayout) throws -> BackupRecord {
        guard let text = try SmallFile.read(layout.record) else { return BackupRecord() }
        // A record of another release only loses what it says.
        return (try? JSONDecoder().decode(BackupRecord.self, from: Data(text.utf8))) ?? BackupRecord()
    }

    func write(_ layout: BackupLayout) throws {
        let text = String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
        try SmallFile.replace(layout.record, with: text + "\n", permissions: [.ownerReadWrite, .groupRead, .otherRead])
    }

    mutating func note(_ what: String, _ success: Success) {
        if what == "prove" { lastProven = success } else { lastBackup = success }
        if lastFailure?.what == what { lastFailure = nil }
    }
}

/// How backups stand, for `database status` and `doctor`.
package struct BackupStatus: Sendable, Codable, Equatable {
    /// From the first backup on.
    package var isSetUp: Bool
    package var record: BackupRecord
    /// Segments of WAL that wait for the archive.
    package var waitingSegments: Int
    /// Why the last segment could not be archived; nil once one was.
    package var archiveError: String?
    /// Segments that were given up since the last backup.
    package var droppedSegments: Int
}

extension DatabaseServer {
    /// How backups stand, from files alone; nil when this process may not look, or has no settings of them.
    package func backupStatus() -> BackupStatus? {
        guard settings.backup != nil else { return nil }
        let layout = BackupLayout(layout)
        // A folder that others may not enter: whoever asks is not allowed to know.
        guard (try? FileTree.names(in: layout.folder)) != nil else { return nil }
        let waiting = ((try? FileTree.names(in: cluster.writeAheadLog.appending("archive_status"))) ?? nil) ?? []
        let dropped = ((try? SmallFile.read(layout.droppedSegments)) ?? nil) ?? ""
        return BackupStatus(
            isSetUp: (try? Stat(layout.archivingMark)) != nil,
            record: (try? BackupRecord.read(layout)) ?? BackupRecord(),
            waitingSegments: waiting.count { $0.hasSuffix(".ready") },
            archiveError: (try? SmallFile.read(layout.archiveError, limit: 4096)) ?? nil,
            droppedSegments: dropped.split(separator: "\n").count
        )
    }
}
