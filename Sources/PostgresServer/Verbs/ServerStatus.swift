/// What `database status` tells.
package struct ServerStatus: Sendable, Codable {
    /// What the server is at.
    package enum State: String, Sendable, Codable {
        case running, standby, starting, recovering, stopping
        case stopped
        /// Dead, with its PID file left behind: it did not end by itself.
        case crashed
        /// Alive, and does not answer.
        case unreachable
        case notInitialised
        /// A single-user server works on the directory.
        case singleUser
        /// We may not look.
        case unknown
    }

    package var state: State
    package var root: String
    package var cluster: String
    package var socket: String
    package var port: Int
    package var listenAddresses: [String]
    /// Version of the programs, as installed.
    package var version: ServerVersion?
    package var pid: Int32?
    /// Seconds since the server started.
    package var uptime: Int?
    /// Who started it; nil when it does not run.
    package var starter: ServerStarter?
    /// What recovery is at, or why it does not answer.
    package var activity: String?
    /// Sessions by role.
    package var connections: [String: Int] = [:]
    package var maxConnections: Int
    package var systemIdentifier: UInt64?
    package var fileSystem: String?
    /// Refused file systems that were accepted, for ever.
    package var fileSystemOverrides: [FileSystemOverride] = []
    package var disk: DiskSpace?
    package var ballast: ByteCount?
    /// How backups stand; nil when this process may not look.
    package var backup: BackupStatus?
    /// What an operator should act on.
    package var alarms: [String] = []

    /// Exit status of `status` in the Linux Standard Base: 0 running, 1 dead with its PID file, 3 not running, 4 unknown.
    package var exitCode: Int32 {
        switch state {
        case .running, .standby, .starting, .recovering, .stopping, .unreachable, .singleUser: 0
        case .crashed: 1
        case .stopped, .notInitialised: 3
        case .unknown: 4
        }
    }
}
