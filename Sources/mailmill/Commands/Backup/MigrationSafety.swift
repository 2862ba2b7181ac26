import Foundation
import PostgresServer
import Store

/// What comes before a migration of a database that holds something: a backup that is fresh and whole, and room on the disk.
struct MigrationSafety {
    let settings: Settings

    /// Does nothing where there is nothing to apply, or nothing to lose.
    /// - Throws: `MigrationRefused`.
    func prepare() async throws {
        let isOutdated = try await DatabaseAccess(settings).withPool(.owner) { try await Migrations($0).isOutdated() }
        guard isOutdated else { return }
        do {
            try checkDisk()
            if let fresh = freshBackup() {
                Terminal.note("backup \(fresh.label) of \(RFC3339.text(fresh.at)) is fresh enough")
                return
            }
            Terminal.note("taking a backup before the schema changes")
            let backups = try settings.backups()
            _ = try await backups.create(.incremental)
            _ = try await backups.verify()
        } catch {
            throw MigrationRefused(underlying: error)
        }
    }

    /// One that ended within `backup.fresh`.
    private func freshBackup() -> BackupRecord.Success? {
        guard let status = settings.server.backupStatus(), status.droppedSegments == 0,
            let last = status.record.lastBackup,
            last.at.timeIntervalSinceNow > -settings.backup.fresh.inSeconds
        else { return nil }
        return last
    }

    private func checkDisk() throws {
        try settings.server.checkDisk(for: "a migration")
    }
}

/// A schema was left as it is, as there was no backup to go back to.
struct MigrationRefused: Error, CustomStringConvertible {
    let underlying: any Error

    var description: String {
        "no backup, no migration: \(underlying)\nThe schema was left as it is. `mailmill migrate run --without-backup` "
            + "changes it without one."
    }
}
