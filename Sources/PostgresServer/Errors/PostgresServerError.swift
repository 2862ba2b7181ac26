package import SystemPackage

/// What can go wrong with our PostgreSQL. A message says what failed, on what, and what to do.
package enum PostgresServerError: Error, Sendable, Equatable, Codable {
    // Settings, programs, accounts
    case setting(name: String, value: String, advice: String)
    case binariesMissing(major: Int?, searched: [FilePath], found: [ServerVersion])
    case toolMissing(name: String, directory: FilePath, available: [String])
    case accountMissing(name: String)
    case accountUnusable(name: String, reason: String)

    // Places
    case socketPathTooLong(path: FilePath, bytes: Int, limit: Int)
    case fileSystemRefused(path: FilePath, name: String, mountPoint: FilePath, reason: String)
    case fileSystemReadOnly(path: FilePath, mountPoint: FilePath)
    case fileSystemUnfit(path: FilePath, promise: String)
    case diskTooFull(path: FilePath, free: ByteCount, needed: ByteCount, purpose: String)
    case wrongOwner(path: FilePath, owner: String, expected: String)
    case wrongPermissions(path: FilePath, permissions: String)
    case notInitialised(cluster: FilePath)
    case notEmpty(path: FilePath, sample: [String])
    case notOurs(cluster: FilePath, reason: String)

    // Starting and stopping
    case initialiseFailed(output: [String])
    case initialiseInProgress(root: FilePath)
    case configurationRefused([ConfigurationProblem])
    case configurationInvalid(output: [String])
    case locked(cluster: FilePath, holders: [ProcessName])
    case leftoversRunning(cluster: FilePath, processes: [ProcessName])
    case singleUserAtWork(cluster: FilePath, process: ProcessName)
    case pidFileRemoved(cluster: FilePath, server: ProcessName)
    case pidFileUnusable(path: FilePath, content: String, reason: String)
    case socketInUse(path: FilePath, owner: ProcessName?)
    case portInUse(address: String, port: Int, owner: ProcessName?)
    case startFailed(cluster: FilePath, status: ExitStatus, log: [String])
    case startStalled(cluster: FilePath, seconds: Int, activity: String)
    case wrongServer(socket: FilePath, expected: UInt64, answered: UInt64)
    case stopUnfinished(cluster: FilePath, seconds: Int, blockers: [ProcessName])
    case notRunning(cluster: FilePath)
    case unreachable(target: String, reason: String)
    case launcherFailed(status: ExitStatus, output: String)

    // Credentials
    case credentialInUse(login: String, clients: [String])
    case certificateFailed(output: [String])

    // Standbys
    case standbyFailed(output: [String])
    case standbyNotPromotable(reason: String)

    // Upgrading
    case upgradeInProgress(folder: FilePath)
    case upgradeNotPossible(what: String, reason: String)
    case upgradeFailed(action: String, output: [String], log: FilePath)
    case upgradeJournalUnreadable(path: FilePath)

    /// A call to the operating system failed: what it was to do, on what, and why not.
    case system(action: String, path: FilePath, Errno)
}
