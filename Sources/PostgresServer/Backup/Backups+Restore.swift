internal import FoundationEssentials
internal import Glibc
internal import PostgresClient
package import SystemPackage

/// What a restore would do, or did.
package struct RestorePlan: Sendable, Equatable {
    package let target: RecoveryTarget
    package let base: BackupSet
    /// Where the cluster will be.
    package let destination: FilePath
    /// Whether the cluster there is replaced, and kept under another name.
    package let replaces: Bool
}

/// What a restore did.
package struct RestoreOutcome: Sendable, Equatable {
    package let plan: RestorePlan
    package let took: Duration
    /// For how long no server took queries; nil where none ran.
    package let away: Duration?
    /// Where the cluster that was replaced is kept.
    package let kept: FilePath?
    /// Whether the server runs again.
    package let isRunning: Bool
}

extension Backups {
    /// Finds what a restore would do. Changes nothing.
    ///
    /// - Parameter into: another root folder (for `database.directory`); nil to take the cluster's place.
    /// - Throws: `noBackupBefore`, `noBackup`, `occupied`.
    package func plan(_ target: RecoveryTarget, into other: FilePath?) async throws -> RestorePlan {
        if case .time(let time) = target, time > WallClock.now() { throw BackupError.badTarget(text: "\(target)") }
        let base = try await BlockingWork.run {
            let backups = try listBlocking()
            // Before the first one there is no archive to ask.
            return try target.base(among: backups, backups.isEmpty ? Timelines() : timelines())
        }
        let destination =
            (other?.lexicallyNormalized()).map { ClusterFolder(path: $0.appending("cluster")) } ?? server.cluster
        let exists = try destination.major() != nil
        guard other == nil || !exists else {
            throw BackupError.occupied(path: destination.path, advice: "name another folder")
        }
        return RestorePlan(target: target, base: base, destination: destination.path, replaces: exists)
    }

    /// Restores and recovers beside the cluster, and only then puts the result in its place: the server goes on meanwhile,
    /// and whatever fails leaves it as it was. What it collects meanwhile is read again by the collectors, as their
    /// positions go back with the data.
    package func restore(_ plan: RestorePlan) async throws -> RestoreOutcome {
        let begin = ContinuousClock().now
        let root = plan.destination.removingLastComponent()
        let isElsewhere = root != server.layout.root
        // Elsewhere as well it gets its name only when it is whole: one that was killed is begun anew.
        let place =
            isElsewhere ? root.appending(layout.restoring.lastComponent?.string ?? "restoring") : layout.restoring
        try await clear(place)
        try await archiveTail(plan)
        let tail = try server.cluster.major() == nil ? nil : server.cluster.writeAheadLog
        let scratch = try await recover(
            plan.target,
            from: plan.base,
            in: place,
            tail: plan.target == .newest ? tail : nil
        )
        if let recorded = plan.base.figures, case .backup = plan.target {
            let differences = try await compare(scratch, with: recorded)
            guard differences.isEmpty else {
                throw BackupError.notAsRecorded(what: "backup \(plan.base.label)", differences: differences)
            }
        }
        try await forgetRecovery(scratch)
        _ = try await scratch.stop(.fast, limit: .seconds(600))
        try await BlockingWork.run { try markHistory(scratch.cluster) }
        guard !isElsewhere else {
            try await BlockingWork.run {
                guard rename(scratch.cluster.path.string, plan.destination.string) == 0 else {
                    throw PostgresServerError.system(action: "name", path: plan.destination, Errno(rawValue: errno))
                }
                try FileTree.synchronise(directory: root)
            }
            try await clear(place)
            return outcome(plan, begin, away: nil, kept: nil, isRunning: false)
        }
        return try await takePlace(plan, scratch, begin)
    }

    /// A server that runs has WAL that is not archived yet. One that cannot be reached keeps it in its folder.
    private func archiveTail(_ plan: RestorePlan) async throws {
        guard case .live = try server.judgement(), let connection = try? await connect() else { return }
        // A segment that nothing was written into is not archived: the point is what is written.
        let segment: String = try await connection.query(
            "SELECT pg_walfile_name(pg_create_restore_point('mailmill-before-restore')) AS name"
        ).one().get("name")
        try await connection.query("SELECT pg_switch_wal()")
        do {
            try await waitUntilArchived(through: segment)
        } catch let error as BackupError {
            progress(
                .step("\(error); what is not archived is taken from \(server.cluster.writeAheadLog) where it is wanted")
            )
        }
    }

    /// The server archived nothing while it recovered: without its history file nobody could follow its new timeline.
    private func markHistory(_ cluster: ClusterFolder) throws {
        for name in try FileTree.names(in: cluster.writeAheadLog) ?? [] where name.hasSuffix(".history") {
            let mark = cluster.writeAheadLog.appending("archive_status").appending("\(name).ready")
            try SmallFile.update(mark, to: "", permissions: .ownerReadWrite)
        }
    }

    private func takePlace(
        _ plan: RestorePlan,
        _ scratch: DatabaseServer,
        _ begin: ContinuousClock.Instant
    ) async throws -> RestoreOutcome {
        let clock = ContinuousClock()
        let left = clock.now
        var options = StartOptions()
        var ran = false
        if case .live(let file) = try server.judgement() {
            ran = true
            options.starter = server.starter(of: file.pid)
        }
        progress(.step("putting the restored cluster in its place"))
        _ = try await server.stop(.fast, limit: .seconds(120), progress: progress)
        let kept = try await BlockingWork.run {
            try ClusterSwap(layout: server.layout).put(scratch.cluster, reason: "restore")
        }
        try await clear(layout.restoring)
        guard ran else { return outcome(plan, begin, away: nil, kept: kept, isRunning: false) }
        _ = try await server.start(options, progress: progress)
        return outcome(plan, begin, away: left.duration(to: clock.now), kept: kept, isRunning: true)
    }

    private func outcome(
        _ plan: RestorePlan,
        _ begin: ContinuousClock.Instant,
        away: Duration?,
        kept: FilePath?,
        isRunning: Bool
    ) -> RestoreOutcome {
        RestoreOutcome(
            plan: plan,
            took: begin.duration(to: ContinuousClock().now),
            away: away,
            kept: kept,
            isRunning: isRunning
        )
    }
}
