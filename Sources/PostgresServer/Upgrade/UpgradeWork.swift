internal import Glibc
internal import PostgresClient
internal import SystemPackage

/// The process of an upgrade, in the launcher, as the account. It holds the lock of the upgrade's folder until it and
/// all programs that it runs have ended; whoever gets that lock later and finds a step under way settles it.
struct UpgradeWork: Sendable {
    let order: LaunchOrder
    let report: ReportChannel
    let server: DatabaseServer
    let folder: UpgradeFolder
    let log: UpgradeLog
    let tools: UpgradeTools

    init(order: LaunchOrder, upgrade: UpgradeOrder, report: ReportChannel) {
        self.order = order
        self.report = report
        server = DatabaseServer(
            settings: order.settings,
            launcher: LauncherCommand(arguments: upgrade.launcherArguments)
        )
        folder = UpgradeFolder(server.layout)
        log = UpgradeLog(path: folder.log)
        tools = UpgradeTools(log: log)
    }

    func perform(_ verb: UpgradeOrder.Verb) async throws {
        guard mkdir(folder.path.string, 0o700) == 0 || errno == EEXIST else {
            throw PostgresServerError.system(action: "make", path: folder.path, Errno(rawValue: errno))
        }
        guard case .taken(let lock) = try ClusterLock.attempt(folder.path) else {
            throw PostgresServerError.upgradeInProgress(folder: folder.path)
        }
        try ClusterLock.keepOpen(lock)
        let mayStart = if case .settle(let starts) = verb { starts } else { true }
        if let journal = try UpgradeJournal.read(folder), journal.step.isUnderWay {
            try await UpgradeUndoing(work: self).settle(journal, mayStart: mayStart)
        }
        switch verb {
        case .run(let binaries, let method): try await UpgradeRun(work: self, new: binaries).run(method)
        case .rollBack: try await rollBack()
        case .finish: try finish()
        case .settle: break
        }
    }

    /// Tells a person, and the log.
    func say(_ text: String) {
        log.write(text)
        report.send(.progress(text))
    }

    /// Moves the journal to its next step, durably.
    func enter(_ step: UpgradeStep, _ journal: inout UpgradeJournal) throws {
        journal.step = step
        journal.stepStartedAt = WallClock.now()
        try journal.write(folder)
        log.write("step: \(step.rawValue)")
    }

    /// Holds the cluster's lock, so that no server starts on it. The server must be down.
    func holdCluster(_ directory: FilePath) throws -> FileDescriptor {
        let deadline = ContinuousClock().now.advanced(by: .seconds(10))
        while true {
            if case .taken(let lock) = try ClusterLock.attempt(directory) { return lock }
            // A `start` that tries at this moment gives it back at once.
            guard ContinuousClock().now < deadline else {
                throw PostgresServerError.locked(cluster: directory, holders: [])
            }
            usleep(20_000)
        }
    }

    /// The two directories change places while no server can start on either.
    func exchange() throws {
        let locks = [try holdCluster(folder.cluster), try holdCluster(folder.other)]
        defer { locks.forEach { $0.closeQuietly() } }
        try folder.exchange()
    }

    func startServer(_ starter: ServerStarter, isReadOnly: Bool = false) async throws {
        var options = StartOptions(starter: starter)
        options.isReadOnly = isReadOnly
        let outcome = try await server.start(options) { log.write("\($0)") }
        for warning in outcome.warnings { report.send(.warning(warning)) }
    }

    func stopServer() async throws {
        _ = try await server.stop(limit: .seconds(600)) { log.write("\($0)") }
    }

    // MARK: - The other verbs

    private func rollBack() async throws {
        guard var journal = try UpgradeJournal.read(folder), journal.step == .switched else {
            throw PostgresServerError.upgradeNotPossible(
                what: "roll back",
                reason: "there is no upgrade to roll back (`mailmill upgrade status`)"
            )
        }
        // The old version's programs must still be here, before anything is stopped.
        _ = try BinarySearch(extraDirectory: order.settings.binDirectory).find(major: journal.from.major)
        let state = try server.judgement()
        journal.wasRunning = false
        if case .live(let file) = state {
            journal.wasRunning = true
            journal.starter = server.starter(of: file.pid)
        }
        let begin = ContinuousClock().now
        try enter(.rollingBack, &journal)
        say("stopping PostgreSQL \(journal.to)")
        try await stopServer()
        try exchange()
        journal.switchedAt = WallClock.now()
        try enter(.rolledBack, &journal)
        if journal.wasRunning { try await startServer(journal.starter) }
        journal.waitedSeconds = begin.duration(to: ContinuousClock().now).seconds
        try journal.write(folder)
        say("PostgreSQL \(journal.from) works again; collectors read on from where it stood")
    }

    private func finish() throws {
        guard var journal = try UpgradeJournal.read(folder) else {
            throw PostgresServerError.upgradeNotPossible(what: "finish", reason: "no upgrade was made here")
        }
        say("removing \(folder.other)")
        try enter(.finished, &journal)
        try FileTree.remove(folder.other)
        try folder.removeScraps()
    }
}

extension Duration {
    /// As a number of seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
