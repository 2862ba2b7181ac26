internal import SystemPackage

/// Brings everything back to where it was before a step that failed, or was killed.
struct UpgradeUndoing: Sendable {
    let work: UpgradeWork

    private var folder: UpgradeFolder { work.folder }

    /// Ends the steps of an upgrade whose process was killed.
    func settle(_ found: UpgradeJournal, mayStart: Bool) async throws {
        var journal = found
        work.log.write("found an upgrade that was killed while \(journal.step.rawValue)")
        let major = try UpgradeFolder.major(of: folder.cluster)
        switch journal.step {
        case .rehearsing, .copying:
            try await undo(&journal, "it was killed while \(journal.step.rawValue)", mayStart: mayStart)
        case .switching where major == journal.to.major:
            journal.switchedAt = journal.stepStartedAt
            try work.enter(.switched, &journal)
            if journal.wasRunning, mayStart { try await work.startServer(journal.starter) }
        case .switching:
            try await undo(&journal, "it was killed before the switch", mayStart: mayStart)
        case .rollingBack:
            try work.enter(major == journal.from.major ? .rolledBack : .switched, &journal)
            if journal.wasRunning, mayStart { try await work.startServer(journal.starter) }
        case .switched, .rolledBack, .finished, .failed: break
        }
    }

    /// The old cluster is in its place and unchanged: whatever else was made is removed, and the server is as before.
    func undo(_ journal: inout UpgradeJournal, _ reason: String, mayStart: Bool = true) async throws {
        try PrivateServer.stopLeftovers(of: folder)
        let content = try PostmasterFile.read(ClusterFolder(path: folder.cluster).pidFile)
        if case .file(let file) = content, file.socketDirectory == folder.sockets {
            // pg_upgrade's own server of the old cluster.
            try PrivateServer.stopLeftover(in: folder.cluster)
        }
        // A server that takes no writes is told apart by its step, not by asking it: it may just be starting.
        if journal.step != .rehearsing { try await work.stopServer() }
        try FileTree.remove(folder.other)
        try folder.removeScraps()
        journal.reason = reason
        try work.enter(.failed, &journal)
        if journal.wasRunning, mayStart { try await work.startServer(journal.starter) }
        if !journal.wasRunning { try await work.stopServer() }
        work.say("everything is as it was, with PostgreSQL \(journal.from)")
    }
}
