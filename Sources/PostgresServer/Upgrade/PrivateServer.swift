internal import Glibc
internal import PostgresClient
internal import SystemPackage

/// A server that only the upgrade reaches: its socket lies in the upgrade's folder, nobody but the superuser gets in,
/// and TCP is off. It holds the upgrade's locks by inheritance, so that they last as long as it does.
///
/// Blocks; for the upgrade's own process only.
struct PrivateServer: Sendable {
    let child: ChildProcess
    let directory: FilePath
    let sockets: FilePath

    static let port = 50500

    /// - Parameters:
    ///   - isFresh: the cluster is made only now and thrown away when anything fails: nothing is synced until the end.
    static func start(
        _ directory: FilePath,
        with binaries: ServerBinaries,
        in folder: UpgradeFolder,
        account: ServiceAccount,
        log: UpgradeLog,
        isFresh: Bool
    ) throws -> PrivateServer {
        let rules = folder.sockets.appending("hba.conf")
        let identities = folder.sockets.appending("ident.conf")
        guard mkdir(folder.sockets.string, 0o700) == 0 || errno == EEXIST else {
            throw PostgresServerError.system(action: "make", path: folder.sockets, Errno(rawValue: errno))
        }
        let superuser = DatabaseRole.superuser.name
        try SmallFile.replace(rules, with: "local all \(superuser) peer map=upgrade\n", permissions: .ownerReadWrite)
        try SmallFile.replace(identities, with: "upgrade \(account.name) \(superuser)\n", permissions: .ownerReadWrite)
        var settings = [
            "hba_file=\(rules)", "ident_file=\(identities)", "unix_socket_directories=\(folder.sockets)",
            "unix_socket_permissions=0700", "listen_addresses=", "port=\(port)", "logging_collector=off",
            "log_destination=stderr", "ssl=off", "autovacuum=off", "archive_mode=off",
            "password_encryption=scram-sha-256",
        ]
        if isFresh {
            settings += [
                "fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_level=minimal", "max_wal_senders=0",
                "max_wal_size=4GB", "checkpoint_timeout=1h", "maintenance_work_mem=256MB",
            ]
        }
        let nothing = try FileDescriptor.open("/dev/null", .readOnly, options: .closeOnExec)
        defer { nothing.closeQuietly() }
        let output = try FileDescriptor.open(
            log.path,
            .writeOnly,
            options: [.create, .append, .closeOnExec, .noFollow],
            permissions: .ownerReadWrite
        )
        defer { output.closeQuietly() }
        let child = try ChildProcess.spawn(
            binaries.path(of: "postgres"),
            arguments: ["-D", directory.string] + settings.flatMap { ["-c", $0] },
            environment: CleanEnvironment.variables(),
            input: nothing,
            output: output,
            errors: output,
            ownSession: true
        )
        let server = PrivateServer(child: child, directory: directory, sockets: folder.sockets)
        try server.waitUntilReady(log)
        return server
    }

    func connection(to database: String) -> ConnectionSettings {
        ConnectionSettings(
            host: sockets.string,
            port: Self.port,
            database: database,
            user: DatabaseRole.superuser.name,
            applicationName: "mailmill upgrade"
        )
    }

    /// Arguments of PostgreSQL's programs.
    var arguments: [String] {
        ["-h", sockets.string, "-p", "\(Self.port)", "-U", DatabaseRole.superuser.name]
    }

    /// Ends it with a checkpoint.
    func stop() {
        kill(child.pid, SIGINT)
        _ = child.wait()
    }

    /// Those of an upgrade whose process was killed.
    static func stopLeftovers(of folder: UpgradeFolder) throws {
        for directory in [folder.other, folder.rehearsal.appending("old"), folder.rehearsal.appending("new")] {
            try stopLeftover(in: directory)
        }
    }

    /// As `stop`, for a server that may be one of a process that was killed. Waits until it is gone.
    static func stopLeftover(in directory: FilePath) throws {
        let table = ProcessTable()
        guard case .file(let file) = try PostmasterFile.read(ClusterFolder(path: directory).pidFile),
            let facts = table.facts(of: file.pid), facts.isPostgres,
            facts.workingDirectory == FileIdentity(of: directory)
        else { return }
        kill(file.pid, SIGINT)
        while let facts = table.facts(of: file.pid), !facts.isZombie, facts.isPostgres { usleep(20_000) }
    }

    private func waitUntilReady(_ log: UpgradeLog) throws {
        while true {
            if case .file(let file) = try PostmasterFile.read(ClusterFolder(path: directory).pidFile),
                file.pid == child.pid, file.status == .ready
            {
                return
            }
            var status: Int32 = 0
            guard waitpid(child.pid, &status, WNOHANG) != child.pid else {
                throw PostgresServerError.upgradeFailed(
                    action: "start a private server of \(directory)",
                    output: ["it ended with \(ExitStatus(waitStatus: status))"],
                    log: log.path
                )
            }
            usleep(10_000)
        }
    }
}
