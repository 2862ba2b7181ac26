internal import SystemPackage

/// What the launcher is to do, given to it on its standard input as JSON.
struct LaunchOrder: Sendable, Codable {
    enum Task: Sendable, Codable {
        /// Make the cluster.
        case initialise
        /// Become the server.
        case start(StartOrder)
        /// Write and check the configuration for a running server.
        case configure
        /// Make the ballast file when it is missing.
        case establishBallast
        /// Copy a running server, to follow it.
        case copyStandby(StandbySource)
        /// Work on a major upgrade, to its end.
        case upgrade(UpgradeOrder)
    }

    struct StartOrder: Sendable, Codable {
        /// The PID file cannot be read by PostgreSQL: rename it, once the lock proves that no server lives.
        var setAsidePIDFile: Bool
        /// A process that has the PID file's number by chance.
        var ignoredPID: Int32?
        var starter: ServerStarter
        /// Bytes held back for recovery; zero for none.
        var ballast: ByteCount
        /// Free space that the ballast must leave.
        var reserve: ByteCount
        /// Sessions begin read-only, and nothing is vacuumed: while an upgrade copies.
        var isReadOnly = false
    }

    let task: Task
    let settings: ServerSettings
    let account: ServiceAccount
    let binaries: ServerBinaries
    /// Refused file systems that an operator accepted, to be recorded.
    var overrides: [FileSystemOverride] = []
}

/// Who started a server. The server carries it, so that a later `serve` knows whether to stop it.
package enum ServerStarter: String, Sendable, Codable {
    /// `mailmill database start`: stays until `mailmill database stop`.
    case command
    /// The role `database` of `mailmill serve`: ends with it.
    case supervisor

    /// A setting of the server's that PostgreSQL only carries.
    static let settingName = "mailmill.starter"
}

extension DatabaseServer {
    /// Who started the server with this process id, from its command line.
    func starter(of pid: Int32) -> ServerStarter {
        let command = processes.commandLine(of: pid) ?? ""
        return command.contains("\(ServerStarter.settingName)=\(ServerStarter.supervisor.rawValue)")
            ? .supervisor : .command
    }
}
