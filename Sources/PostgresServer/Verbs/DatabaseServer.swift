package import PostgresClient
internal import SystemPackage

/// Our PostgreSQL: the server of one root folder. One method a verb of `mailmill database`; each returns what happened.
///
/// Commands and `serve` may act on the same server at once, from different processes: what holds them apart is the lock
/// of the cluster directory, never this value.
package struct DatabaseServer: Sendable {
    package let settings: ServerSettings
    package let layout: ClusterLayout
    let launcher: Launcher
    let fileSystems: any FileSystemProbe
    let processes = ProcessTable()

    /// - Parameters:
    ///   - launcher: how to run `ServerLauncher.main`.
    ///   - fileSystems: tells what a path lies on.
    package init(
        settings: ServerSettings,
        launcher: LauncherCommand = LauncherCommand(),
        fileSystems: any FileSystemProbe = KernelFileSystemProbe()
    ) {
        self.settings = settings
        self.layout = ClusterLayout(settings)
        self.launcher = Launcher(command: launcher)
        self.fileSystems = fileSystems
    }

    var cluster: ClusterFolder { layout.cluster }

    /// Where the server is, over its socket, as one of our roles.
    package func connectionSettings(
        as role: DatabaseRole,
        database: String = RoleScript.database
    ) -> ConnectionSettings {
        // A server that runs already may have been started with another port or folder than is set now.
        let running = (try? PostmasterFile.read(cluster.pidFile)).flatMap { content -> PostmasterFile? in
            if case .file(let file) = content { file } else { nil }
        }
        return ConnectionSettings(
            host: (running?.socketDirectory ?? layout.socketDirectory).string,
            port: running?.port ?? settings.port,
            database: database,
            user: role.name,
            applicationName: "mailmill database"
        )
    }

    /// The programs for this cluster; the newest when there is none yet.
    package func binaries() throws -> ServerBinaries {
        try BinarySearch(extraDirectory: settings.binDirectory).find(major: cluster.major())
    }

    /// What the PID file is worth now.
    func judgement() throws -> PostmasterJudgement {
        let content = try PostmasterFile.read(cluster.pidFile)
        var facts: ProcessFacts?
        if case .file(let file) = content { facts = processes.facts(of: file.pid) }
        return PostmasterJudgement(content, facts: facts, directory: FileIdentity(of: cluster.path))
    }
}

/// Something worth saying while a verb works.
package enum ServerProgress: Sendable, Equatable, CustomStringConvertible {
    case step(String)
    case waitingForLeftovers([ProcessName])
    case waitingForOtherStart
    case recovering(activity: String, seconds: Int)
    case shuttingDown(seconds: Int, blockers: [ProcessName])

    package var description: String {
        switch self {
        case .step(let text): text
        case .waitingForLeftovers(let processes):
            "waiting for processes of a server that died: \(processes.map(\.description).joined(separator: ", "))"
        case .waitingForOtherStart: "another start is under way, waiting for it"
        case .recovering(let activity, let seconds): "recovering for \(seconds) s: \(activity)"
        case .shuttingDown(let seconds, let blockers):
            "shutting down for \(seconds) s"
                + (blockers.isEmpty ? "" : ", held by \(blockers.map(\.description).joined(separator: ", "))")
        }
    }
}

package typealias ServerProgressHandler = @Sendable (ServerProgress) -> Void
