package import SystemPackage

/// What can go wrong with backups, restores, dumps and moves. What goes wrong with the server itself is a
/// `PostgresServerError`.
package enum BackupError: Error, Sendable, Equatable {
    /// No backups are set up for this server, or pgBackRest is not installed.
    case engineMissing(path: FilePath)
    case engineTooOld(found: String, needed: String, purpose: String)
    /// pgBackRest ended with an error: what it was to do, and what it said.
    case engineFailed(action: String, status: ExitStatus, output: [String])
    /// Another backup, restore or expiry holds the lock.
    case busy(action: String)
    case secretUnusable(path: FilePath, problem: String)
    /// The server does not archive: why, and what to do.
    case notArchiving(reason: String)
    case segmentNotArchived(segment: String, seconds: Int, reason: String)
    case noBackup
    case unknownBackup(label: String)
    case noBackupBefore(target: String, oldest: String?)
    case badTarget(text: String)
    /// The restored server ended recovery in another way than was asked for.
    case recoveryFailed(target: String, log: [String])
    /// What was restored is damaged, or not what its manifest says.
    case notAsRecorded(what: String, differences: [String])
    case damaged(what: String, output: [String])
    case occupied(path: FilePath, advice: String)
    case serverRuns(cluster: FilePath, action: String)
    case diskTooSmall(path: FilePath, free: ByteCount, needed: ByteCount, action: String)
    case unfit(path: FilePath, reason: String)
    case toolFailed(tool: String, status: ExitStatus, output: [String])
}

extension BackupError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .engineMissing(let path):
            "pgBackRest is not at \(path); install it (`apt-get install pgbackrest`), or set backup.engine"
        case .engineTooOld(let found, let needed, let purpose):
            "pgBackRest is \(found), and \(purpose) needs \(needed) or later; update it (apt.postgresql.org has the newest)"
                + (purpose.hasPrefix("a repository") ? ", or use another backup.repository" : "")
        case .engineFailed(let action, let status, let output):
            "pgBackRest could not \(action) (\(status)):" + Self.block(output)
        case .busy(let action):
            "cannot \(action): another backup or expiry is at work on this repository; try again when it has ended"
        case .secretUnusable(let path, let problem):
            "\(path) cannot be used as a secret: \(problem)"
        case .notArchiving(let reason): "the server archives no WAL, so no backup can be whole: \(reason)"
        case .segmentNotArchived(let segment, let seconds, let reason):
            "WAL segment \(segment) was not archived within \(seconds) s (\(reason)); this backup does not count"
        case .noBackup: "there is no backup; take one with `mailmill backup create`"
        case .unknownBackup(let label): "there is no backup \(label); `mailmill backup list` names those that are there"
        case .noBackupBefore(let target, let oldest):
            "no backup ended before \(target)" + (oldest.map { "; the oldest ended \($0)" } ?? "; there is none at all")
                + ": nothing was changed"
        case .badTarget(let text):
            "'\(text)' is no time to restore to; write it like 2026-03-05T04:07:00Z, and not in the future"
        case .recoveryFailed(let target, let log):
            "recovery to \(target) failed, and nothing was put in its place:" + Self.block(log)
        case .notAsRecorded(let what, let differences):
            "\(what) is not what its manifest says:" + Self.block(differences)
        case .damaged(let what, let output): "\(what) is damaged:" + Self.block(output)
        case .occupied(let path, let advice): "\(path) is there already; \(advice)"
        case .serverRuns(let cluster, let action):
            "the server of \(cluster) runs; `mailmill database stop` first, then \(action)"
        case .diskTooSmall(let path, let free, let needed, let action):
            "the disk of \(path) has \(free) free, and \(action) needs about \(needed); free some space or use another disk"
        case .unfit(let path, let reason): "\(path) cannot be used: \(reason)"
        case .toolFailed(let tool, let status, let output): "\(tool) failed (\(status)):" + Self.block(output)
        }
    }

    private static func block(_ lines: [String]) -> String {
        lines.isEmpty ? " (no output)" : lines.suffix(20).map { "\n  " + $0 }.joined()
    }
}
