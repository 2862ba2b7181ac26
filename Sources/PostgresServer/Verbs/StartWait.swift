internal import SystemPackage

/// The waits of `start` for others: each is bounded, and ends in an error that names them.
struct StartWait {
    let server: DatabaseServer
    let options: StartOptions
    let progress: ServerProgressHandler

    /// A starter writes its PID file within moments of taking the lock; its checks before that take longer.
    private static let fileLimit: Duration = .seconds(30)
    /// Of a running postmaster without a PID file.
    private static let postmasterFileLimit: Duration = .seconds(5)
    private static let stopLimit: Duration = .seconds(60)
    private static let unseenLimit: Duration = .seconds(3)

    private let clock = ContinuousClock()
    private var began: [String: ContinuousClock.Instant] = [:]

    init(server: DatabaseServer, options: StartOptions, progress: @escaping ServerProgressHandler) {
        self.server = server
        self.options = options
        self.progress = progress
    }

    mutating func forFile(_ holder: ProcessFacts) async throws {
        let name = ProcessName(holder.pid, in: server.processes)
        let limit = holder.isPostgres ? Self.postmasterFileLimit : Self.fileLimit
        guard elapsed("file \(holder.pid) \(holder.isPostgres)", .waitingForOtherStart) < limit else {
            // A file that is there names another process: the server's own number, in another container.
            let isMissing = try PostmasterFile.read(server.cluster.pidFile) == .missing
            throw holder.isPostgres && isMissing
                ? PostgresServerError.pidFileRemoved(cluster: server.cluster.path, server: name)
                : PostgresServerError.locked(cluster: server.cluster.path, holders: [name])
        }
        try await Task.sleep(for: .milliseconds(10))
    }

    mutating func forLeftovers(_ pids: [Int32]) async throws {
        let names = pids.map { ProcessName($0, in: server.processes) }
        guard elapsed("leftovers", .waitingForLeftovers(names)) < options.leftoverLimit else {
            throw PostgresServerError.leftoversRunning(cluster: server.cluster.path, processes: names)
        }
        try await Task.sleep(for: .milliseconds(10))
    }

    /// A server is on its way down: start when it is gone.
    mutating func forStop(of pid: Int32) async throws {
        let blockers = ServerChildren(of: pid, in: server.processes).blockers
        let elapsed = elapsed("stop", .shuttingDown(seconds: 0, blockers: blockers))
        guard elapsed < Self.stopLimit else {
            throw PostgresServerError.stopUnfinished(
                cluster: server.cluster.path,
                seconds: Int(elapsed.components.seconds),
                blockers: blockers
            )
        }
        try await Task.sleep(for: .milliseconds(10))
    }

    /// The lock is held, and nobody could be seen holding it: for a moment by a starter that has just come or gone, for
    /// longer in another container.
    mutating func forUnseenHolder() async throws {
        guard elapsed("unseen", .waitingForOtherStart) < Self.unseenLimit else {
            throw PostgresServerError.locked(cluster: server.cluster.path, holders: [])
        }
        try await Task.sleep(for: .milliseconds(20))
    }

    /// Time since this wait began; the first time, it is told.
    private mutating func elapsed(_ what: String, _ news: ServerProgress) -> Duration {
        guard let start = began[what] else {
            began[what] = clock.now
            progress(news)
            return .zero
        }
        return start.duration(to: clock.now)
    }
}
