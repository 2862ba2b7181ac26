internal import FoundationEssentials
internal import PostgresClient
package import SystemPackage

/// How a dump or its restore goes about it.
package struct DumpOptions: Sendable {
    /// How many work side by side.
    package var jobs: Int
    /// 0 to 9, as gzip has it; beyond 1 it takes much longer for little.
    package var compression: Int
    /// Whether password verifiers of roles are in the dump.
    package var withPasswords: Bool

    package init(jobs: Int, compression: Int = 1, withPasswords: Bool = false) {
        self.jobs = jobs
        self.compression = compression
        self.withPasswords = withPasswords
    }
}

/// What `dump` or `restore-dump` did.
package struct DumpOutcome: Sendable, Equatable {
    package let manifest: DumpManifest
    package let took: Duration
    /// Name under which the database that was replaced is kept.
    package let kept: String?
}

extension DatabaseServer {
    /// Dumps the database while it collects: everything as it was at one moment, with its roles and a manifest.
    ///
    /// - Parameter folder: exists, and is empty or holds a dump that was interrupted.
    /// - Throws: `occupied` when there is a dump already.
    package func dump(
        to folder: FilePath,
        _ options: DumpOptions,
        progress: @escaping ServerProgressHandler
    ) async throws -> DumpOutcome {
        let clock = ContinuousClock()
        let begin = clock.now
        guard case .live = try judgement() else { throw PostgresServerError.notRunning(cluster: cluster.path) }
        guard try SmallFile.read(DumpManifest.file(in: folder), limit: 1) == nil else {
            throw BackupError.occupied(path: folder, advice: "a dump is in it; name another folder")
        }
        try await clearUnfinished(folder)
        let settings = connectionSettings(as: .superuser)
        let holder = try await Connection.connect(settings)
        try await holder.run("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        let snapshot: String = try await holder.query("SELECT pg_catalog.pg_export_snapshot() AS name").one().get(
            "name"
        )
        // Partitions that retention would drop meanwhile stay until all is read.
        for table in try await DatabaseFigures.names(holder, roots: true) {
            try await holder.run("LOCK TABLE \(table) IN ACCESS SHARE MODE")
        }
        let size: Int64 = try await holder.query("SELECT pg_catalog.pg_database_size($1) AS bytes", [settings.database])
            .one().get("bytes")
        let free = try DiskSpace.measure(folder).free
        guard free.bytes > size / 8 else {
            throw BackupError.diskTooSmall(path: folder, free: free, needed: ByteCount(size / 8), action: "a dump")
        }
        let roles = try await DumpedRole.all(holder, withPasswords: options.withPasswords)
        let text = String(decoding: try JSONEncoder().encode(roles), as: UTF8.self)
        try SmallFile.replace(DumpManifest.roles(in: folder), with: text, permissions: .ownerReadWrite)
        progress(.step("dumping \(ByteCount(size))"))
        try await tool(
            "pg_dump",
            [
                "--format=directory", "--file=\(DumpManifest.data(in: folder))", "--jobs=\(options.jobs)",
                "--compress=\(options.compression)", "--snapshot=\(snapshot)", "--no-password",
            ],
            database: settings.database
        )
        progress(.step("counting and summing every table"))
        let tables = try await DumpDigest(server: self, jobs: options.jobs)
            .tables(of: settings.database, snapshot: snapshot)
        try await holder.run("COMMIT")
        let manifest = DumpManifest(
            format: DumpManifest.currentFormat,
            madeAt: WallClock.now(),
            version: try binaries().version,
            databaseSize: ByteCount(size),
            tables: tables
        )
        try await BlockingWork.run {
            _ = try ToolRun.run("/bin/sync", ["--file-system", folder.string])
            try manifest.write(folder)
        }
        return DumpOutcome(manifest: manifest, took: begin.duration(to: clock.now), kept: nil)
    }

    /// What a dump that was killed left is removed; anything else is somebody's.
    private func clearUnfinished(_ folder: FilePath) async throws {
        let names = try FileTree.names(in: folder) ?? []
        let ours = Set(
            [DumpManifest.data(in: folder), DumpManifest.roles(in: folder)].compactMap { $0.lastComponent?.string }
        )
        let strangers = names.filter { !ours.contains($0) && !$0.hasSuffix(".new") && $0 != "lost+found" }
        guard strangers.isEmpty else {
            throw BackupError.occupied(path: folder, advice: "it holds \(strangers.prefix(3)); name an empty folder")
        }
        try await BlockingWork.run { try FileTree.remove(DumpManifest.data(in: folder)) }
    }

    /// Runs a program of PostgreSQL's as the superuser, over the socket.
    func tool(_ name: String, _ arguments: [String], database: String, options: String = "") async throws {
        let settings = connectionSettings(as: .superuser, database: database)
        let program = try binaries().path(of: name)
        let run = try await BlockingWork.run {
            try ToolStream.run(
                program,
                arguments,
                environment: CleanEnvironment.variables(adding: [
                    "PGHOST": settings.host, "PGPORT": "\(settings.port)", "PGUSER": settings.user,
                    "PGDATABASE": database, "PGOPTIONS": options, "PGAPPNAME": "mailmill \(name)",
                ])
            )
        }
        guard run.status.succeeded else {
            throw BackupError.toolFailed(tool: name, status: run.status, output: run.lines)
        }
    }
}
