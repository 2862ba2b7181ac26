internal import FoundationEssentials
internal import PostgresClient
internal import SystemPackage

/// What `backup create` did.
package struct BackupOutcome: Sendable, Equatable {
    package let backup: BackupSet
    package let took: Duration
    /// Segments that were given up before this backup; it does not need them.
    package let gap: Int
}

extension Backups {
    /// For how long the archive may take over one segment.
    private static let archiveLimit = 120

    /// Takes a backup of the running server. It counts when this returns: every file and the last WAL segment that it needs
    /// are in the repository, together with a restore point and what the database held there.
    ///
    /// - Parameter type: incremental becomes full where there is nothing to build on.
    package func create(_ type: BackupType) async throws -> BackupOutcome {
        try await recording("backup") { try await createRecorded(type) }
    }

    private func createRecorded(_ type: BackupType) async throws -> BackupOutcome {
        let clock = ContinuousClock()
        let begin = clock.now
        let connection = try await connect()
        try await checkArchiving(connection)
        let gap = try await BlockingWork.run { () -> Int in
            if let major = try server.cluster.major() { try engine.check(major: major) }
            try prepare()
            try setUpRepository()
            try SmallFile.update(
                layout.archivingMark,
                to: "WAL is archived from here on.\n",
                permissions: .ownerReadWrite
            )
            let gap = try Self.lines(layout.droppedSegments)
            // What was given up is behind us: a differential backup may still build on what came before it.
            let known = Set(try listBlocking().map(\.label))
            try checkRepositorySpace()
            try engine.run(["backup", "--type=\(type.rawValue)"], to: "take a backup") { line in
                progress(.step(line))
            }
            guard try listBlocking().contains(where: { !known.contains($0.label) }) else { throw BackupError.noBackup }
            return gap
        }
        let made = try await BlockingWork.run { try backup(nil) }
        try await markPoint(of: made, connection)
        let finished = try await BlockingWork.run { () -> BackupSet in
            if gap > 0 { try? FileTree.unlink(layout.droppedSegments) }  // it may have been removed by hand
            return try backup(made.label)
        }
        let took = begin.duration(to: clock.now)
        try note { $0.note("backup", .init(label: made.label, at: finished.finishedAt, seconds: took.inSeconds)) }
        return BackupOutcome(backup: finished, took: took, gap: gap)
    }

    /// Again and again without harm. After a major upgrade the repository has to be told.
    private func setUpRepository() throws {
        do {
            try engine.run(["stanza-create"], to: "set up the repository")
        } catch BackupError.engineFailed(_, _, let output)
            where output.contains(where: { $0.contains("stanza-upgrade") })
        {
            try engine.run(["stanza-upgrade"], to: "bring the repository to the server's new major")
        }
    }

    func connect() async throws -> Connection {
        guard case .live = try server.judgement() else {
            throw PostgresServerError.notRunning(cluster: server.cluster.path)
        }
        return try await Connection.connect(server.connectionSettings(as: .superuser))
    }

    /// The server must archive with our script, or the backup could never be whole.
    private func checkArchiving(_ connection: Connection) async throws {
        let row = try await connection.query(
            "SELECT current_setting('archive_mode') AS mode, current_setting('archive_command') AS command"
        ).one()
        let mode: String = try row.get("mode")
        let command: String = try row.get("command")
        guard mode == "on" else {
            throw BackupError.notArchiving(
                reason:
                    "archive_mode is \(mode); `mailmill database restart` turns it on, unless conf.d/90-local.conf says otherwise"
            )
        }
        guard command.contains(layout.archiveScript.string) else {
            throw BackupError.notArchiving(
                reason:
                    "archive_command is another program's; take it out of conf.d/90-local.conf and run `mailmill database reload`"
            )
        }
    }

    /// A local repository needs room: about half of the cluster for the first backup, as it compresses.
    private func checkRepositorySpace() throws {
        guard case .folder(let path) = settings.repository else { return }
        let last = try listBlocking().last { $0.type == .full }?.repositorySize
        let needed = last ?? FileTree.diskUse(of: server.cluster.path) / 4
        let free = try DiskSpace.measure(path).free
        guard free > needed else {
            throw BackupError.diskTooSmall(path: path, free: free, needed: needed, action: "a backup")
        }
    }

    /// Makes a restore point behind the backup and keeps what the database holds there. Writers wait for the moment in
    /// which point and snapshot are taken, not for the counting.
    private func markPoint(of made: BackupSet, _ connection: Connection) async throws {
        progress(.step("counting what the database holds"))
        let point = "mailmill-\(made.label)"
        let reader = try await Connection.connect(server.connectionSettings(as: .superuser))
        let segment = try await DatabaseFigures.snapshot(holder: connection, reader: reader) { holder -> String in
            try await holder.query("SELECT pg_walfile_name(pg_create_restore_point($1)) AS name", [point])
                .one().get("name")
        }
        try await connection.query("SELECT pg_switch_wal()")
        let found = try await DatabaseFigures.counts(reader)
        try await reader.run("COMMIT")
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(found), as: UTF8.self)
        try await waitUntilArchived(through: segment)
        try await BlockingWork.run {
            _ = try engine.run(
                [
                    "annotate", "--set=\(made.label)", "--annotation=\(BackupAnnotation.point)=\(point)",
                    "--annotation=\(BackupAnnotation.figures)=\(text)",
                ],
                to: "note what the backup holds"
            )
        }
    }

    /// Waits until a segment and all before it are in the archive.
    func waitUntilArchived(through segment: String) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(Self.archiveLimit)
        progress(.step("waiting for the archive"))
        let status = server.cluster.writeAheadLog.appending("archive_status")
        while true {
            let names = try FileTree.names(in: status) ?? []
            let waiting = names.first { $0.hasSuffix(".ready") && $0.prefix(24) <= segment }
            // Archived segments are marked, until they are removed.
            let isFull =
                names.contains("\(segment).done") || (try? Stat(server.cluster.writeAheadLog.appending(segment))) == nil
            if waiting == nil, isFull { break }
            guard clock.now < deadline else {
                throw BackupError.segmentNotArchived(
                    segment: waiting.map { String($0.prefix(24)) } ?? segment,
                    seconds: Self.archiveLimit,
                    reason: "`mailmill database status` tells more"
                )
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        // One that was given up counts as done for PostgreSQL, and not for us.
        guard try SmallFile.read(layout.droppedSegments)?.contains(segment) != true else {
            throw BackupError.segmentNotArchived(
                segment: segment,
                seconds: 0,
                reason: "it was given up: see \(layout.droppedSegments)"
            )
        }
    }

    static func lines(_ path: FilePath) throws -> Int {
        (try SmallFile.read(path) ?? "").split(separator: "\n").count
    }
}

extension Duration {
    /// With its fraction.
    package var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
