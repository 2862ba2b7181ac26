package import Logging
internal import ServiceLifecycle
package import SystemPackage

/// Watches what the server itself cannot: the disk, so that ingest stops in order before PostgreSQL panics; the PID file,
/// whose loss ends the server within a minute; and old logs.
package struct DatabaseWatch: Service {
    /// What was seen.
    package enum Event: Sendable, Equatable {
        /// Collectors are to wait, or may go on. Told again until the handler succeeds.
        case ingest(DiskWatch.Verdict, free: ByteCount)
        case pidFileRemoved(pid: Int32)
        case logsRemoved([String])
    }

    let server: DatabaseServer
    let logger: Logger
    let interval: Duration
    let measure: @Sendable (FilePath) throws -> DiskSpace
    let handle: @Sendable (Event) async throws -> Void

    /// - Parameters:
    ///   - measure: tells the space of a disk.
    ///   - handle: acts on an event. When it throws, an ingest verdict is told again at the next look.
    package init(
        server: DatabaseServer,
        logger: Logger,
        interval: Duration = .seconds(5),
        measure: @escaping @Sendable (FilePath) throws -> DiskSpace = { try DiskSpace.measure($0) },
        handle: @escaping @Sendable (Event) async throws -> Void
    ) {
        self.server = server
        self.logger = logger
        self.interval = interval
        self.measure = measure
        self.handle = handle
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var round = WatchRound(watch: self)
            while !Task.isCancelled {
                await round.look()
                do {
                    try await Task.sleep(for: interval)
                } catch {
                    return
                }
            }
        }
    }
}

/// What the watch remembers from one look to the next.
private struct WatchRound {
    let watch: DatabaseWatch
    var disk: DiskWatch
    /// A verdict that nobody has taken in yet. The first look tells one in any case.
    var untold: DiskWatch.Verdict? = .ingestMayGoOn
    var removedPIDFileTold = false
    var nextClearing: ContinuousClock.Instant

    /// Old logs are looked for this often.
    private static let clearingInterval: Duration = .seconds(600)

    init(watch: DatabaseWatch) {
        self.watch = watch
        // A disk that cannot be measured now is measured at the next look; the limits then are those of a large one.
        let total = (try? watch.measure(watch.server.layout.root).total) ?? .gibibytes(64)
        disk = DiskWatch(maxWALSize: watch.server.maxWALSize(disk: total))
        nextClearing = ContinuousClock().now
    }

    mutating func look() async {
        do {
            try await lookAtDisk()
            try await lookAtPIDFile()
            try await watch.server.settleUpgrade(starts: true)
            try await clearLogs()
        } catch {
            watch.logger.warning("watching the database failed, the next look follows", metadata: ["error": "\(error)"])
        }
    }

    private mutating func lookAtDisk() async throws {
        let cluster = watch.server.cluster
        let disks = try [cluster.path, cluster.writeAheadLog].map(watch.measure)
        if let change = disk.observe(disks) { untold = change }
        guard let verdict = untold else { return }
        let free = disks.map(\.free).min() ?? .zero
        try await watch.handle(.ingest(verdict, free: free))
        untold = nil
        if verdict == .ingestMayGoOn {
            try await BlockingWork.run { [server = watch.server] in try server.establishBallast() }
        }
    }

    private mutating func lookAtPIDFile() async throws {
        let server = watch.server
        let holder = try ClusterLock.holder(of: server.cluster.path, in: server.processes)
        guard case .taker(let facts) = holder, facts.isPostgres,
            case .missing = try PostmasterFile.read(server.cluster.pidFile),
            WallClock.seconds() - facts.startedAt > 5
        else {
            removedPIDFileTold = false
            return
        }
        guard !removedPIDFileTold else { return }
        removedPIDFileTold = true
        let name = ProcessName(facts.pid, in: server.processes)
        watch.logger.critical("\(PostgresServerError.pidFileRemoved(cluster: server.cluster.path, server: name))")
        try await watch.handle(.pidFileRemoved(pid: facts.pid))
    }

    private mutating func clearLogs() async throws {
        let now = ContinuousClock().now
        guard now >= nextClearing else { return }
        nextClearing = now.advanced(by: Self.clearingInterval)
        if try await watch.server.renewCertificateIfDue() {
            watch.logger.notice("the server's certificate was renewed, a month before its end")
        }
        let removed = try LogRetention(settings: watch.server.settings).apply(to: watch.server.cluster.logs)
        guard !removed.isEmpty else { return }
        watch.logger.info("old server logs removed", metadata: ["files": "\(removed.joined(separator: " "))"])
        try await watch.handle(.logsRemoved(removed))
    }
}
