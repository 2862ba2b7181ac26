internal import Glibc
internal import SystemPackage

/// Becomes the server, in the launcher, as the account: lock, configuration, log, exec. No pg_ctl: it would leave the
/// commander's pipes open in the server, and hide the exit status.
struct ServerStarting {
    let order: LaunchOrder
    let start: LaunchOrder.StartOrder
    let report: ReportChannel

    private var layout: ClusterLayout { ClusterLayout(order.settings) }
    private var cluster: ClusterFolder { layout.cluster }
    /// A startup log beyond this begins anew.
    private static let startupLogLimit: Int64 = 1 << 20

    func run() throws {
        try checkOwnership()
        guard case .taken(let lock) = try ClusterLock.attempt(cluster.path) else {
            throw PostgresServerError.locked(cluster: cluster.path, holders: [])
        }
        try ClusterLock.keepOpen(lock)
        try FileSystemOverride.record(order.overrides, in: layout)
        let files = ConfigurationFiles(cluster: cluster, settings: order.settings, account: order.account)
        for warning in try files.review() { report.send(.warning(warning.description)) }
        try files.write()
        try files.verify(with: order.binaries)
        try ClusterMaking.removeLeftovers(in: layout.root, patience: .zero, report: report)
        if start.setAsidePIDFile { try setAsidePIDFile() }
        try removeStaleSocketLock()
        do {
            try Ballast(path: layout.ballast).establish(start.ballast, keepingFree: start.reserve)
        } catch {
            report.send(.warning("the ballast file could not be made: \(error)"))
        }
        let offset = try redirectToStartupLog()
        report.send(.launching(startupLogOffset: offset))
        try execute()
    }

    /// PostgreSQL checks this as well, but says less.
    private func checkOwnership() throws {
        let facts: Stat
        do {
            facts = try Stat(cluster.path)
        } catch let error {
            throw PostgresServerError.system(action: "examine", path: cluster.path, error)
        }
        guard facts.userID.rawValue == order.account.userID else {
            throw PostgresServerError.wrongOwner(
                path: cluster.path,
                owner: ServiceAccount.userName(facts.userID.rawValue),
                expected: order.account.name
            )
        }
        let permissions = facts.permissions.rawValue & 0o777
        guard permissions & 0o027 == 0 else {
            throw PostgresServerError.wrongPermissions(path: cluster.path, permissions: String(permissions, radix: 8))
        }
    }

    /// PostgreSQL refuses to start over an empty or damaged PID file, as another server might just be writing it. We
    /// hold the lock, and the file is judged anew under it, so no server of ours is; and none of any other making has
    /// this directory as its working directory. The file is kept under another name.
    private func setAsidePIDFile() throws {
        let content = try PostmasterFile.read(cluster.pidFile)
        switch content {
        case .missing, .file: return
        case .empty, .damaged: break
        }
        let identity = FileIdentity(of: cluster.path)
        let table = ProcessTable()
        for pid in table.pids where pid != getpid() {
            guard let facts = table.facts(of: pid), facts.isPostgres, facts.workingDirectory == identity else {
                continue
            }
            throw PostgresServerError.pidFileUnusable(
                path: cluster.pidFile,
                content: content == .empty ? "" : "\(content)",
                reason: "\(ProcessName(pid, in: table)) works in its directory"
            )
        }
        guard rename(cluster.pidFile.string, cluster.damagedPIDFile.string) == 0 else {
            throw PostgresServerError.system(action: "set aside", path: cluster.pidFile, Errno(rawValue: errno))
        }
        report.send(.warning("\(cluster.pidFile) was damaged and no server lived: kept as \(cluster.damagedPIDFile)"))
    }

    /// PostgreSQL judges the lock file beside its socket as it does its PID file: an empty one, or a number that another
    /// process of the account has now, would keep the server down. Nobody listens on the socket, that was checked.
    private func removeStaleSocketLock() throws {
        guard let facts = try? Stat(layout.socketLock, followTargetSymlink: false), facts.type == .regular,
            facts.userID.rawValue == order.account.userID, let content = try SmallFile.read(layout.socketLock)
        else { return }
        if let pid = content.split(separator: "\n").first.flatMap({ Int32($0.trimmed) }) {
            // A server that lives is PostgreSQL's to see; a process that died is no obstacle.
            guard let owner = ProcessTable().facts(of: abs(pid)), !owner.isPostgres else { return }
        }
        try FileTree.unlink(layout.socketLock)
    }

    /// What the server says before its log collector works goes to a file of its own. Returns the file's size.
    private func redirectToStartupLog() throws -> Int64 {
        guard mkdir(cluster.logs.string, 0o700) == 0 || errno == EEXIST else {
            throw PostgresServerError.system(action: "make", path: cluster.logs, Errno(rawValue: errno))
        }
        let options: FileDescriptor.OpenOptions = [.create, .append, .closeOnExec, .noFollow]
        let log: FileDescriptor
        do {
            log = try FileDescriptor.open(
                cluster.startupLog,
                .writeOnly,
                options: options,
                permissions: .ownerReadWrite
            )
        } catch let error as Errno {
            throw PostgresServerError.system(action: "write", path: cluster.startupLog, error)
        }
        if try Stat(log).size > Self.startupLogLimit { try log.resize(to: 0) }
        let size = try Stat(log).size
        let nothing = try FileDescriptor.open("/dev/null", .readOnly)
        guard dup2(nothing.rawValue, 0) >= 0, dup2(log.rawValue, 1) >= 0, dup2(log.rawValue, 2) >= 0 else {
            throw Errno(rawValue: errno)
        }
        nothing.closeQuietly()
        return size
    }

    private func execute() throws {
        let executable = order.binaries.path(of: "postgres")
        let safety = SafetySettings(settings: order.settings, cluster: cluster)
        var starter = ["-c", "\(ServerStarter.settingName)=\(start.starter.rawValue)"]
        if start.isReadOnly { starter += ["-c", "default_transaction_read_only=on", "-c", "autovacuum=off"] }
        var environment = CleanEnvironment.variables(adding: [
            "PG_OOM_ADJUST_FILE": "/proc/self/oom_score_adj", "PG_OOM_ADJUST_VALUE": "0",
        ])
        // Tells PostgreSQL that the process with the old server's number is none (CreateLockFile in miscinit.c).
        if let pid = start.ignoredPID { environment["PG_GRANDPARENT_PID"] = "\(pid)" }
        signal(SIGPIPE, SIG_DFL)
        let arguments = [executable.string, "-D", cluster.path.string] + safety.arguments + starter
        CStringArray.with(arguments) { argumentVector in
            CStringArray.with(environment.map { "\($0.key)=\($0.value)" }) { environmentVector in
                _ = execve(executable.string, argumentVector, environmentVector)
            }
        }
        throw PostgresServerError.system(action: "execute", path: executable, Errno(rawValue: errno))
    }
}
