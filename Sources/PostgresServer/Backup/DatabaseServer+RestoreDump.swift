internal import FoundationEssentials
internal import PostgresClient
package import SystemPackage

extension DatabaseServer {
    /// Reads what a dump holds, and whether this server can take it. Changes nothing.
    /// - Throws: `unfit`; `diskTooSmall`.
    package func inspectDump(_ folder: FilePath) throws -> DumpManifest {
        let manifest = try DumpManifest.read(folder)
        let version = try binaries().version
        guard manifest.version.major <= version.major else {
            throw BackupError.unfit(
                path: folder,
                reason: "it was made by PostgreSQL \(manifest.version), and this server is \(version)"
            )
        }
        let free = try DiskSpace.measure(cluster.path).free
        let needed = manifest.databaseSize + reserve(disk: try DiskSpace.measure(cluster.path).total).refusesStartBelow
        guard free > needed else {
            throw BackupError.diskTooSmall(
                path: cluster.path,
                free: free,
                needed: needed,
                action: "to restore the dump"
            )
        }
        return manifest
    }

    /// Restores a dump into a fresh database, compares every table with the manifest, and only then puts it in the place of
    /// ours, in one transaction. Any error at all, and nothing has changed.
    package func restoreDump(
        from folder: FilePath,
        _ options: DumpOptions,
        progress: @escaping ServerProgressHandler
    ) async throws -> DumpOutcome {
        let clock = ContinuousClock()
        let begin = clock.now
        let manifest = try inspectDump(folder)
        guard case .live = try judgement() else { throw PostgresServerError.notRunning(cluster: cluster.path) }
        let database = DatabaseSwap.restoring
        let connection = try await Connection.connect(connectionSettings(as: .superuser, database: "postgres"))
        if let text = try SmallFile.read(DumpManifest.roles(in: folder), limit: 1 << 24) {
            try await DumpedRole.restore(JSONDecoder().decode([DumpedRole].self, from: Data(text.utf8)), connection)
        }
        // What a restore that was killed left.
        try await connection.run("DROP DATABASE IF EXISTS \(database) WITH (FORCE)")
        try await connection.run(RoleScript.createDatabase(named: database))
        do {
            try await connection.run("REVOKE ALL ON DATABASE \(database) FROM PUBLIC")
            try await fill(database, from: folder, manifest, options, progress)
        } catch {
            // It is removed by the next restore otherwise; what went wrong before is what counts.
            try? await connection.run("DROP DATABASE IF EXISTS \(database) WITH (FORCE)")
            throw error
        }
        progress(.step("putting it in the place of the old database"))
        try await connection.run("CHECKPOINT")
        let kept = try await DatabaseSwap(server: self).put(database)
        return DumpOutcome(manifest: manifest, took: begin.duration(to: clock.now), kept: kept)
    }

    private func fill(
        _ database: String,
        from folder: FilePath,
        _ manifest: DumpManifest,
        _ options: DumpOptions,
        _ progress: @escaping ServerProgressHandler
    ) async throws {
        progress(.step("restoring \(manifest.rows) rows of \(manifest.tables.count) tables"))
        // Nothing here needs to survive a crash before the checkpoint that precedes the swap.
        try await tool(
            "pg_restore",
            [
                "--exit-on-error", "--jobs=\(options.jobs)", "--dbname=\(database)", "--no-password",
                DumpManifest.data(in: folder).string,
            ],
            database: database,
            options: "-c synchronous_commit=off -c maintenance_work_mem=256MB"
        )
        progress(.step("comparing every table with the manifest"))
        let found = try await DumpDigest(server: self, jobs: options.jobs).tables(of: database, snapshot: nil)
        let differences = DatabaseFigures.differences(recorded: manifest.tables, found: found)
        guard differences.isEmpty else {
            throw BackupError.notAsRecorded(what: "the restored database", differences: differences)
        }
        progress(.step("gathering statistics"))
        try await tool(
            "vacuumdb",
            ["--analyze-only", "--quiet", "--jobs=\(options.jobs)", database],
            database: database
        )
    }
}
