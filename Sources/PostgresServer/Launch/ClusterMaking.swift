internal import Glibc
internal import SystemPackage

/// Makes a cluster, in the launcher, as the account: everything in a folder of another name, which gets its real name
/// when it is complete and durable. A cluster folder that exists is therefore whole.
struct ClusterMaking {
    let order: LaunchOrder
    let report: ReportChannel

    private var layout: ClusterLayout { ClusterLayout(order.settings) }
    private static let unfinishedMark = "cluster.new."

    func run() throws {
        // Held until this process ends, so that two initialisations never meet.
        guard case .taken = try ClusterLock.attempt(layout.root) else {
            throw PostgresServerError.initialiseInProgress(root: layout.root)
        }
        try Self.removeLeftovers(in: layout.root, patience: .seconds(5), report: report)
        guard try layout.cluster.major() == nil else {
            report.send(.nothingToDo)
            return
        }
        try FileSystemOverride.record(order.overrides, in: layout)
        try DurabilityProbe.run(in: layout.root)

        let unfinished = ClusterFolder(path: layout.root.appending("\(Self.unfinishedMark)\(getpid())"))
        guard mkdir(unfinished.path.string, 0o700) == 0 else {
            throw PostgresServerError.system(action: "make", path: unfinished.path, Errno(rawValue: errno))
        }
        do {
            try fill(unfinished)
            guard rename(unfinished.path.string, layout.cluster.path.string) == 0 else {
                throw PostgresServerError.system(action: "name", path: layout.cluster.path, Errno(rawValue: errno))
            }
            try FileTree.synchronise(directory: layout.root)
        } catch {
            // What is left is removed by the next initialisation.
            _ = try? FileTree.remove(unfinished.path)
            throw error
        }
    }

    private func fill(_ cluster: ClusterFolder) throws {
        // initdb inherits the lock: as long as it runs, nobody takes the folder for a leftover.
        guard case .taken(let lock) = try ClusterLock.attempt(cluster.path) else {
            throw PostgresServerError.initialiseInProgress(root: layout.root)
        }
        try ClusterLock.keepOpen(lock)
        report.send(.progress("creating the cluster"))
        try run("initdb", Self.initialisation(of: cluster.path))
        report.send(.progress("creating roles and the database"))
        try makeRoles(cluster)
        guard mkdir(cluster.logs.string, 0o700) == 0 || errno == EEXIST else { throw Errno(rawValue: errno) }
        let files = ConfigurationFiles(cluster: cluster, settings: order.settings, account: order.account)
        try files.write()
        report.send(.progress("syncing to disk"))
        try run("initdb", ["--sync-only", "-D", cluster.path.string])
        guard close(ClusterLock.descriptorNumber) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Arguments of initdb, the same for every major: clusters differ in their version alone.
    static func initialisation(of directory: FilePath) -> [String] {
        [
            "-D", directory.string, "-U", DatabaseRole.superuser.name, "-E", "UTF8", "--locale-provider=libc",
            "--locale=C.UTF-8", "--data-checksums", "--auth-local=peer", "--auth-host=scram-sha-256", "--no-sync",
            "--no-instructions", "--text-search-config=simple",
        ]
    }

    /// Single-user mode: no socket, no other client, the cluster is complete before anyone sees it.
    private func makeRoles(_ cluster: ClusterFolder) throws {
        let script = cluster.path.appending("mailmill-roles.sql")
        let roles = RoleScript(plan: RolePlan(maxConnections: order.settings.maxConnections))
        try SmallFile.replace(script, with: roles.singleUserInput, permissions: .ownerReadWrite)
        try run(
            "postgres",
            [
                "--single", "-j", "-D", cluster.path.string, "-c", "exit_on_error=true", "-c", "fsync=off",
                "-c", "log_checkpoints=off", "-c", "log_min_messages=warning", "postgres",
            ],
            input: script
        )
        try FileTree.unlink(script)
    }

    private func run(_ tool: String, _ arguments: [String], input: FilePath? = nil) throws {
        let run = try ToolRun.run(order.binaries.path(of: tool), arguments, input: input)
        guard run.status.succeeded else {
            let lines = (run.output + "\n" + run.errors).split(separator: "\n").map(String.init)
            throw PostgresServerError.initialiseFailed(output: ["\(tool) ended with \(run.status)"] + lines.suffix(20))
        }
    }

    /// Folders of initialisations that were killed. One whose lock is held has an orphan at work in it, which notices
    /// within moments; if not, the folder is left to the next start.
    static func removeLeftovers(in root: FilePath, patience: Duration, report: ReportChannel) throws {
        let deadline = ContinuousClock().now.advanced(by: patience)
        for name in try FileTree.names(in: root) ?? []
        where name.hasPrefix(unfinishedMark) || name.hasPrefix(".probe.") {
            let path = root.appending(name)
            var attempt = try ClusterLock.attempt(path)
            while case .held = attempt, ContinuousClock().now < deadline {
                usleep(20_000)
                attempt = try ClusterLock.attempt(path)
            }
            guard case .taken(let lock) = attempt else { continue }
            defer { lock.closeQuietly() }
            report.send(.progress("removing \(path), left by an initialisation that was interrupted"))
            try FileTree.remove(path)
        }
    }
}
