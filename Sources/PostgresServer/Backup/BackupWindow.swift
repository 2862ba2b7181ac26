internal import FoundationEssentials
internal import Glibc
internal import PostgresClient
package import SystemPackage

/// What a window left.
package struct WindowOutcome: Sendable, Equatable {
    package let labelFile: FilePath
    /// Segments that the copy needs, kept beside the label.
    package let segments: [String]
    package let took: Duration
}

/// Puts the server into backup mode in one session, runs the operator's own copying, and ends it. The label, and all WAL
/// that makes the copy whole, go into a folder; both are laid over the copy before a server is started on it.
package struct BackupWindow: Sendable {
    let server: DatabaseServer

    package init(_ server: DatabaseServer) { self.server = server }

    /// - Parameters:
    ///   - command: a program, found by `PATH`, and its arguments; it inherits the standard streams.
    ///   - environment: of the program; `MAILMILL_CLUSTER` (the data directory) is added.
    ///   - accepted: statuses of the program that are well besides 0: tar has 1 for files that changed while it read.
    ///   - folder: where `backup_label` and `pg_wal` go; exists, and is empty.
    /// - Throws: `toolFailed` when the program fails; backup mode has ended then.
    package func run(
        _ command: [String],
        environment: [String: String],
        accepting accepted: Set<Int32> = [],
        labels folder: FilePath
    ) async throws -> WindowOutcome {
        let clock = ContinuousClock()
        let begin = clock.now
        guard case .live = try server.judgement() else {
            throw PostgresServerError.notRunning(cluster: server.cluster.path)
        }
        guard try FileTree.names(in: folder)?.isEmpty ?? true else {
            throw BackupError.occupied(path: folder, advice: "name an empty folder for the label")
        }
        // Both end with the session, whatever becomes of this process: backup mode, and the slot that keeps the WAL.
        let connection = try await Connection.connect(server.connectionSettings(as: .superuser, database: "postgres"))
        try await connection.query(
            "SELECT pg_catalog.pg_create_physical_replication_slot('mailmill_window_' || pg_backend_pid(), true, true)"
        )
        let start: String = try await connection.query(
            "SELECT pg_catalog.pg_backup_start('mailmill window', true)::text AS lsn"
        ).one().get("lsn")
        let status = try await BlockingWork.run {
            try ChildProcess.spawn(
                "/usr/bin/env",
                arguments: command,
                environment: environment.merging(["MAILMILL_CLUSTER": server.cluster.path.string]) { $1 },
                input: .standardInput,
                output: .standardOutput,
                errors: .standardError,
                ownSession: false
            ).wait()
        }
        let row = try await connection.query(
            """
            SELECT s.lsn::text AS lsn, s.labelfile, s.spcmapfile, pg_catalog.pg_walfile_name(s.lsn) AS last,
                pg_catalog.pg_walfile_name($1::pg_lsn) AS first
            FROM pg_catalog.pg_backup_stop(false) AS s
            """,
            [start]
        ).one()
        guard status.succeeded || accepted.contains(where: { status == .exited($0) }) else {
            throw BackupError.toolFailed(tool: command.first ?? "", status: status, output: ["backup mode was ended"])
        }
        let label: String = try row.get("labelfile")
        let map: String = try row.get("spcmapfile")
        let end: String = try row.get("lsn")
        let range = try row.get("first", as: String.self)...row.get("last", as: String.self)
        let segments = try await BlockingWork.run { () -> [String] in
            try write(label, map, range, folder)
        }
        try await check(folder, label: label, start: start, end: end)
        return WindowOutcome(
            labelFile: folder.appending("backup_label"),
            segments: segments,
            took: begin.duration(to: clock.now)
        )
    }

    private func write(
        _ label: String,
        _ map: String,
        _ range: ClosedRange<String>,
        _ folder: FilePath
    ) throws -> [String] {
        let wal = folder.appending("pg_wal")
        guard mkdir(wal.string, 0o700) == 0 else {
            throw PostgresServerError.system(action: "make", path: wal, Errno(rawValue: errno))
        }
        let segments = try (FileTree.names(in: server.cluster.writeAheadLog) ?? []).filter {
            $0.utf8.count == 24 && range.contains($0)
        }
        for segment in segments {
            let run = try ToolRun.run("/bin/cp", [server.cluster.writeAheadLog.appending(segment).string, wal.string])
            guard run.status.succeeded else {
                throw BackupError.toolFailed(tool: "cp", status: run.status, output: [run.errors])
            }
        }
        if !map.isEmpty {
            try SmallFile.replace(folder.appending("tablespace_map"), with: map, permissions: .ownerReadWrite)
        }
        try SmallFile.replace(folder.appending("backup_label"), with: label, permissions: .ownerReadWrite)
        return segments
    }

    /// The label on disk says where recovery starts, and the WAL from there to the end can be read.
    private func check(_ folder: FilePath, label: String, start: String, end: String) async throws {
        let written = try SmallFile.read(folder.appending("backup_label")) ?? ""
        guard written == label, written.hasPrefix("START WAL LOCATION: \(start) ") else {
            throw BackupError.notAsRecorded(
                what: "backup_label",
                differences: ["expected START WAL LOCATION: \(start)"]
            )
        }
        let program = try server.binaries().path(of: "pg_waldump")
        let run = try await BlockingWork.run {
            try ToolRun.run(
                program,
                ["--quiet", "--path=\(folder.appending("pg_wal"))", "--start=\(start)", "--end=\(end)"]
            )
        }
        guard run.status.succeeded else {
            throw BackupError.damaged(
                what: "the WAL of the window",
                output: run.errors.split(separator: "\n").map(String.init)
            )
        }
    }
}
