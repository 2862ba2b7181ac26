internal import FoundationEssentials
internal import Glibc
internal import PostgresClient
internal import SystemPackage

extension Backups {
    /// A server of a root folder of its own, for a restored cluster: reached by nobody but us, archives nothing, takes no
    /// queries before it is where it should be.
    func recoveryServer(in root: FilePath) -> DatabaseServer {
        var settings = server.settings
        settings.root = root
        settings.socketDirectory = nil
        settings.listenAddresses = []
        settings.tls = nil
        settings.socketGroup = nil
        settings.ballast = .zero
        settings.backup = nil
        settings.isRecovering = true
        return DatabaseServer(settings: settings, launcher: server.launcher.command, fileSystems: server.fileSystems)
    }

    /// Clears away what a restore or drill left that was killed.
    func clear(_ root: FilePath) async throws {
        let scratch = recoveryServer(in: root)
        // A server without its folder does not run.
        if try scratch.cluster.major() != nil { _ = try await scratch.stop(.immediate) }
        try await BlockingWork.run { try FileTree.remove(root) }
    }

    /// Restores into `root`/cluster and recovers there.
    ///
    /// - Parameter tail: `pg_wal` of the cluster that is replaced: has what was not archived yet.
    /// - Returns: the server, which runs and has ended recovery.
    func recover(
        _ target: RecoveryTarget,
        from base: BackupSet,
        in root: FilePath,
        tail: FilePath? = nil
    ) async throws -> DatabaseServer {
        let scratch = recoveryServer(in: root)
        try await BlockingWork.run {
            try prepare()
            try checkSpace(for: base, in: root)
            try Self.makeFolder(root)
            try engine.run(
                ["restore", "--pg1-path=\(scratch.cluster.path)"] + target.arguments(base: base, timelines())
                    + ["--tablespace-map-all=\(root.appending("tablespaces"))"]
                    + ["--recovery-option=restore_command=\(restoreCommand(for: scratch.cluster, tail: tail))"],
                to: "restore backup \(base.label)"
            ) { progress(.step($0)) }
            chmod(scratch.cluster.path.string, 0o700)
        }
        progress(.step("recovering to \(target)"))
        do {
            _ = try await scratch.start(StartOptions(stallLimit: .seconds(600)), progress: progress)
        } catch PostgresServerError.startFailed(_, _, let log) {
            throw BackupError.recoveryFailed(target: "\(target)", log: log)
        }
        return scratch
    }

    /// As it stands between quotes in PostgreSQL's configuration, where pgBackRest puts it as it is (2.45, measured).
    private func restoreCommand(for cluster: ClusterFolder, tail: FilePath?) -> String {
        let program = ArchiveScript.shellQuoted(engine.program.string)
        let configuration = ArchiveScript.shellQuoted(engine.configuration.string)
        let get =
            "\(program) --config=\(configuration) --stanza=\(ArchiveScript.stanza) --log-level-console=off"
            // It refuses to write into another directory than its configuration names.
            + " --pg1-path=\(ArchiveScript.shellQuoted(cluster.path.string)) --log-level-stderr=off archive-get %f \"%p\" 9>&-"
        let quoted = { (command: String) in command.replacing("\\", with: "\\\\").replacing("'", with: "''") }
        guard let tail else { return quoted(get) }
        let copy = "cp \(ArchiveScript.shellQuoted(tail.string).replacing("%", with: "%%"))/%f \"%p\" 9>&-"
        return quoted("\(get) || \(copy)")
    }

    private func checkSpace(for base: BackupSet, in root: FilePath) throws {
        let needed = base.databaseSize + .mebibytes(256)
        let free = try DiskSpace.measure(root).free
        guard free > needed else {
            throw BackupError.diskTooSmall(path: root, free: free, needed: needed, action: "a restore")
        }
    }

    /// Takes the settings of recovery out again, which would only be in the way later.
    func forgetRecovery(_ scratch: DatabaseServer) async throws {
        let connection = try await Connection.connect(scratch.connectionSettings(as: .superuser, database: "postgres"))
        for name in [
            "restore_command", "recovery_target", "recovery_target_name", "recovery_target_time",
            "recovery_target_action", "recovery_target_timeline",
        ] {
            try await connection.run("ALTER SYSTEM RESET \(name)")
        }
        try await connection.run("CHECKPOINT")
    }

    /// Has every page and index of a scratch server checked by pg_amcheck.
    /// - Throws: `damaged`.
    func check(_ scratch: DatabaseServer) async throws {
        progress(.step("checking every table and index"))
        try await BlockingWork.run {
            let connection = scratch.connectionSettings(as: .superuser, database: "postgres")
            let run = try ToolStream.run(
                scratch.binaries().path(of: "pg_amcheck"),
                [
                    "--all", "--install-missing", "--heapallindexed", "--jobs=\(settings.processes)",
                    "--host=\(connection.host)", "--port=\(connection.port)", "--username=\(connection.user)",
                ]
            )
            guard run.status.succeeded else {
                throw BackupError.damaged(what: "the restored database", output: run.lines)
            }
        }
    }

    /// Differences between what a scratch server holds and what was recorded.
    func compare(_ scratch: DatabaseServer, with recorded: [String: String]) async throws -> [String] {
        let connection = try await Connection.connect(scratch.connectionSettings(as: .superuser))
        return DatabaseFigures.differences(recorded: recorded, found: try await DatabaseFigures.counts(connection))
    }
}
