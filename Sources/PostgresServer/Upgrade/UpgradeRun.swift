internal import PostgresClient
internal import SystemPackage

/// `mailmill upgrade run`, in the upgrade's process: rehearse, make the new cluster, let the two change places, start.
/// Whatever fails before the new server works is undone.
struct UpgradeRun: Sendable {
    let work: UpgradeWork
    let new: ServerBinaries

    private var folder: UpgradeFolder { work.folder }
    private var old: ServerBinaries { work.order.binaries }
    private var copying: ClusterCopying { ClusterCopying(work: work, old: old, new: new) }

    func run(_ wanted: UpgradeMethod?) async throws {
        if let last = try UpgradeJournal.read(folder), last.step == .switched {
            throw PostgresServerError.upgradeNotPossible(
                what: "begin an upgrade",
                reason:
                    "the last one keeps PostgreSQL \(last.from) in \(folder.other); finish it (`mailmill upgrade finish`)"
            )
        }
        var journal = try await begin()
        do {
            try await carry(&journal, wanted)
        } catch {
            work.log.write("failed: \(error)")
            try await UpgradeUndoing(work: work).undo(&journal, "\(error)")
            throw error
        }
        try await gatherStatistics(journal)
        try folder.removeScraps()
        work.say("PostgreSQL \(journal.to) works; events waited \(Self.text(journal.waitedSeconds ?? 0)) s")
    }

    private func begin() async throws -> UpgradeJournal {
        try FileTree.remove(folder.log)
        try FileTree.remove(folder.other)
        try folder.removeScraps()
        var starter = ServerStarter.command
        var wasRunning = false
        if case .live(let file) = try work.server.judgement() {
            (wasRunning, starter) = (true, work.server.starter(of: file.pid))
        }
        var journal = UpgradeJournal(
            step: .rehearsing,
            from: old.version,
            to: new.version,
            newBinaries: new.directory.string,
            wasRunning: wasRunning,
            starter: starter,
            startedAt: WallClock.now(),
            stepStartedAt: WallClock.now(),
            expectedBytes: FileTree.diskUse(of: folder.cluster.appending("base")).bytes,
            reason: ""
        )
        try work.enter(.rehearsing, &journal)
        return journal
    }

    private func carry(_ journal: inout UpgradeJournal, _ wanted: UpgradeMethod?) async throws {
        if !journal.wasRunning { try await work.startServer(journal.starter) }
        work.say("rehearsing with everything but the rows")
        let rehearsal = UpgradeRehearsal(work: work, copying: copying)
        let (method, reason) = try await rehearsal.run(wanted, canClone: folder.canClone())
        work.say("method: \(method.rawValue) (\(reason))")
        journal.method = method
        try copying.makeEmpty(folder.other, with: new)

        let begin = ContinuousClock().now
        try work.enter(.copying, &journal)
        let reporting = Task { [journal] in await UpgradeProgressReport(work: work, journal: journal).run() }
        defer { reporting.cancel() }
        switch method {
        case .dump: try await dump(journal)
        case .clone, .copy: try await upgrade(method)
        }
        reporting.cancel()
        try work.enter(.switching, &journal)
        try work.exchange()
        do {
            if journal.wasRunning { try await work.startServer(journal.starter) }
        } catch {
            work.say("the new server did not start, going back")
            try await work.stopServer()
            try work.exchange()
            throw error
        }
        journal.switchedAt = WallClock.now()
        journal.waitedSeconds = begin.duration(to: ContinuousClock().now).seconds
        try work.enter(.switched, &journal)
    }

    /// While the old server answers reports and takes no writes.
    private func dump(_ journal: UpgradeJournal) async throws {
        try await work.stopServer()
        try await work.startServer(journal.starter, isReadOnly: true)
        let before = try await transactions()
        let connection = work.server.connectionSettings(as: .superuser)
        let source = ["-h", connection.host, "-p", "\(connection.port)", "-U", connection.user]
        let oldSettings: @Sendable (String) -> ConnectionSettings = { [server = work.server] in
            server.connectionSettings(as: .superuser, database: $0)
        }
        let server = try PrivateServer.start(
            folder.other,
            with: new,
            in: folder,
            account: work.order.account,
            log: work.log,
            isFresh: true
        )
        do {
            try copying.copyRoles(from: source, to: server.arguments, dumpingWith: new)
            for database in try await ClusterInventory.databases(oldSettings) {
                work.say("copying database \(database)")
                try copying.copyDatabase(database, from: source, to: server.arguments, withRows: true, dumpingWith: new)
            }
            work.say("gathering statistics")
            try await copying.complete(server)
            try await checkUntouched(since: before)
            work.say("comparing old and new")
            async let was = ClusterInventory.take(oldSettings)
            async let became = ClusterInventory.take { server.connection(to: $0) }
            let differences = try await was.differences(from: became)
            guard differences.isEmpty else {
                throw PostgresServerError.upgradeFailed(
                    action: "carry every row over",
                    output: differences,
                    log: folder.log
                )
            }
        } catch {
            server.stop()
            throw error
        }
        server.stop()
        try copying.synchronise(folder.other)
        try await checkUntouched(since: before)
        try await work.stopServer()
    }

    /// - Throws: when the old server has begun a transaction that writes.
    private func checkUntouched(since before: String) async throws {
        guard try await transactions() == before else {
            throw PostgresServerError.upgradeFailed(
                action: "keep the old server from changing",
                output: ["somebody wrote into it although it was read-only; end that session and begin again"],
                log: folder.log
            )
        }
    }

    /// While both servers are down.
    private func upgrade(_ method: UpgradeMethod) async throws {
        try await work.stopServer()
        let lock = try work.holdCluster(folder.cluster)
        defer { lock.closeQuietly() }
        // Programs that pg_upgrade runs hold it as well, so that it lasts as long as any of them.
        try ClusterLock.share(lock)
        try copying.upgrade(folder.cluster, into: folder.other, method: method)
        let server = try PrivateServer.start(
            folder.other,
            with: new,
            in: folder,
            account: work.order.account,
            log: work.log,
            isFresh: false
        )
        defer { server.stop() }
        let tables = try await ClusterInventory.touch { server.connection(to: $0) }
        work.log.write("\(tables) tables can be read")
    }

    /// The next transaction's number in the old server: it stands still as long as nobody writes.
    private func transactions() async throws -> String {
        let settings = work.server.connectionSettings(as: .superuser, database: "postgres")
        return try await Connection.connect(settings)
            .query("SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next").one().get("next")
    }

    /// What pg_upgrade does not carry (before 18, nothing; from 18 on, almost all). Reports work meanwhile, slower.
    private func gatherStatistics(_ journal: UpgradeJournal) async throws {
        guard journal.method != .dump, journal.wasRunning else { return }
        work.say("gathering statistics, in three rounds, beside the work")
        let connection = work.server.connectionSettings(as: .superuser)
        let missing = new.version.major >= 18 ? ["--missing-stats-only"] : []
        try work.tools.run(
            "gather statistics",
            new.path(of: "vacuumdb"),
            ["-h", connection.host, "-p", "\(connection.port)", "-U", connection.user, "--all", "--analyze-in-stages"]
                + missing + ["-q"]
        )
    }

    /// With one decimal.
    private static func text(_ seconds: Double) -> String { "\((seconds * 10).rounded() / 10)" }
}
