internal import Glibc
internal import SystemPackage

/// Copies a running server into a cluster folder that becomes a standby; in the launcher, as the account. Until it is whole
/// it has another name, as a new cluster has.
struct StandbyMaking {
    let order: LaunchOrder
    let source: StandbySource
    let report: ReportChannel

    private var layout: ClusterLayout { ClusterLayout(order.settings) }

    func run() throws {
        guard case .taken = try ClusterLock.attempt(layout.root) else {
            throw PostgresServerError.initialiseInProgress(root: layout.root)
        }
        try ClusterMaking.removeLeftovers(in: layout.root, patience: .seconds(5), report: report)
        try FileSystemOverride.record(order.overrides, in: layout)
        let unfinished = ClusterFolder(path: layout.root.appending("cluster.new.\(getpid())"))
        do {
            report.send(.progress("copying the server at \(source.host), port \(source.port)"))
            try copy(into: unfinished)
            guard mkdir(unfinished.logs.string, 0o700) == 0 || errno == EEXIST else { throw Errno(rawValue: errno) }
            let files = ConfigurationFiles(cluster: unfinished, settings: order.settings, account: order.account)
            try files.write()
            guard rename(unfinished.path.string, layout.cluster.path.string) == 0 else {
                throw PostgresServerError.system(action: "name", path: layout.cluster.path, Errno(rawValue: errno))
            }
            try FileTree.synchronise(directory: layout.root)
        } catch {
            // What is left is removed by the next one.
            _ = try? FileTree.remove(unfinished.path)
            throw error
        }
    }

    private func copy(into cluster: ClusterFolder) throws {
        let tool = order.binaries.path(of: "pg_basebackup")
        let arguments = [
            "-D", cluster.path.string, "-d", source.connectionString, "-R", "-X", "stream", "-S", source.slot,
            "--checkpoint=fast", "--no-password",
        ]
        var run = try ToolRun.run(tool, arguments + ["-C"])
        if !run.status.succeeded, run.errors.contains("already exists") {
            // The slot is left from a standby before: it is used again.
            try FileTree.remove(cluster.path)
            run = try ToolRun.run(tool, arguments)
        }
        guard run.status.succeeded else {
            let lines = run.errors.split(separator: "\n").map(String.init)
            throw PostgresServerError.standbyFailed(
                output: ["pg_basebackup ended with \(run.status)"] + lines.suffix(10)
            )
        }
    }
}
