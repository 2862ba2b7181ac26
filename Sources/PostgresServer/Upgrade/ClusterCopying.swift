internal import Glibc
internal import PostgresClient
internal import SystemPackage

/// Makes a cluster of the new version and carries roles, structure and rows into it; in the upgrade's process.
struct ClusterCopying: Sendable {
    let work: UpgradeWork
    let old: ServerBinaries
    let new: ServerBinaries

    private var folder: UpgradeFolder { work.folder }
    private var account: ServiceAccount { work.order.account }
    private var tools: UpgradeTools { work.tools }
    private var jobs: String { "\(max(2, sysconf(Int32(_SC_NPROCESSORS_ONLN))))" }

    /// An empty cluster, with our configuration and the operator's part of it.
    func makeEmpty(_ directory: FilePath, with binaries: ServerBinaries) throws {
        try FileTree.remove(directory)
        try tools.run(
            "make a cluster of PostgreSQL \(binaries.version)",
            binaries.path(of: "initdb"),
            ClusterMaking.initialisation(of: directory)
        )
        let (from, to) = (ClusterFolder(path: folder.cluster), ClusterFolder(path: directory))
        guard mkdir(to.configurationFolder.string, 0o700) == 0, mkdir(to.logs.string, 0o700) == 0 || errno == EEXIST
        else {
            throw PostgresServerError.system(action: "make", path: to.configurationFolder, Errno(rawValue: errno))
        }
        let own = [
            (from.localConfiguration, to.localConfiguration), (from.localAuthentication, to.localAuthentication),
            (from.localIdentities, to.localIdentities), (from.automaticConfiguration, to.automaticConfiguration),
        ]
        for (source, copy) in own {
            guard let text = try SmallFile.read(source) else { continue }
            try SmallFile.replace(copy, with: text, permissions: .ownerReadWrite)
        }
        let files = ConfigurationFiles(cluster: to, settings: work.order.settings, account: account)
        try files.write()
        try files.verify(with: binaries)
    }

    /// Has pg_upgrade fill `target` from `source`; both are shut down.
    func upgrade(_ source: FilePath, into target: FilePath, method: UpgradeMethod) throws {
        guard mkdir(folder.sockets.string, 0o700) == 0 || errno == EEXIST, chdir(folder.sockets.string) == 0 else {
            throw PostgresServerError.system(action: "make", path: folder.sockets, Errno(rawValue: errno))
        }
        defer { chdir("/") }
        let options = "-c shared_buffers=128MB -c max_slot_wal_keep_size=-1 -c archive_mode=off"
        var arguments = [
            "-b", old.directory.string, "-B", new.directory.string, "-d", source.string, "-D", target.string,
            "-U", DatabaseRole.superuser.name, "-s", folder.sockets.string, "-j", jobs, "-o", options, "-O", options,
        ]
        if method == .clone { arguments.append("--clone") }
        try tools.run("upgrade \(source) with pg_upgrade", new.path(of: "pg_upgrade"), arguments)
    }

    /// Roles, settings of roles, and passwords' verifiers, from a server into one that has none of them.
    func copyRoles(from source: [String], to target: [String], dumpingWith dumper: ServerBinaries) throws {
        try makeWorkFolder()
        let script = folder.work.appending("roles.sql")
        try tools.run(
            "dump the roles",
            dumper.path(of: "pg_dumpall"),
            source + ["-d", "dbname=postgres", "--globals-only", "--no-tablespaces", "-f", script.string]
        )
        let text = try SmallFile.read(script, limit: 1 << 24) ?? ""
        let superuser = "CREATE ROLE \(DatabaseRole.superuser.name);"
        let others = text.split(separator: "\n", omittingEmptySubsequences: false).filter { $0 != superuser }
        try SmallFile.replace(script, with: others.joined(separator: "\n"), permissions: .ownerReadWrite)
        try tools.run(
            "make the roles",
            new.path(of: "psql"),
            target + ["-d", "postgres", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", script.string]
        )
    }

    /// Everything but rows, or everything.
    func copyDatabase(
        _ name: String,
        from source: [String],
        to target: [String],
        withRows: Bool,
        dumpingWith dumper: ServerBinaries
    ) throws {
        try makeWorkFolder()
        let database = source + ["-d", "dbname='\(name.replacing("'", with: "\\'"))'"]
        try section("pre-data", of: database, name, to: target, dumper)
        if withRows {
            try tools.pipe(
                "copy the rows of database \(name)",
                (dumper.path(of: "pg_dump"), database + ["-Fc", "-Z0", "--section=data"]),
                into: (new.path(of: "pg_restore"), target + ["--exit-on-error", "-d", name])
            )
        }
        try section("post-data", of: database, name, to: target, dumper)
    }

    private func section(
        _ section: String,
        of database: [String],
        _ name: String,
        to target: [String],
        _ dumper: ServerBinaries
    ) throws {
        let file = folder.work.appending(section)
        try tools.run(
            "dump the structure of database \(name)",
            dumper.path(of: "pg_dump"),
            database + ["-Fc", "--section=\(section)", "-f", file.string]
        )
        let place = section == "pre-data" ? ["--create", "-d", "postgres"] : ["-j", jobs, "-d", name]
        try tools.run(
            "restore the structure of database \(name)",
            new.path(of: "pg_restore"),
            target + ["--exit-on-error"] + place + [file.string]
        )
    }

    /// What dumps leave out, and what planning needs.
    func complete(_ server: PrivateServer) async throws {
        let connection = try await Connection.connect(server.connection(to: "postgres"))
        let roles = RoleScript(plan: RolePlan(maxConnections: work.order.settings.maxConnections))
        try await connection.run(roles.databaseStatements.joined(separator: ";\n"))
        try tools.run(
            "gather statistics",
            new.path(of: "vacuumdb"),
            server.arguments + ["--all", "--analyze-only", "-j", jobs, "-q"]
        )
    }

    func synchronise(_ directory: FilePath) throws {
        try tools.run("sync \(directory)", new.path(of: "initdb"), ["--sync-only", "-D", directory.string])
    }

    private func makeWorkFolder() throws {
        guard mkdir(folder.work.string, 0o700) == 0 || errno == EEXIST else {
            throw PostgresServerError.system(action: "make", path: folder.work, Errno(rawValue: errno))
        }
    }
}
