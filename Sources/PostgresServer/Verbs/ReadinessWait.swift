internal import PostgresClient
internal import SystemPackage

/// Waits until a server takes queries. There is no limit to that, as recovery takes what it takes; the limit is on
/// standing still.
struct ReadinessWait: Sendable {
    let server: DatabaseServer
    let pid: Int32
    /// Set when the server is our child: its end is then known at once, with its status.
    let launched: LaunchedServer?
    let messages: StartupMessages
    let startupLogOffset: Int64
    let expectedIdentifier: UInt64
    let stallLimit: Duration
    let progress: ServerProgressHandler

    /// Until a server that says "ready" must have answered a query.
    private static let answerLimit: Duration = .seconds(20)

    /// A server that was not ours to wait for has gone meanwhile: whoever waits decides anew.
    struct Vanished: Error {}

    func run() async throws {
        let clock = ContinuousClock()
        let begin = clock.now
        var stall = StallDetector<[String]>()
        var nextLook = begin.advanced(by: .milliseconds(500))
        var saidReadyAt: ContinuousClock.Instant?
        while true {
            try await checkAlive()
            if try isReadyByFile() {
                let since = saidReadyAt ?? clock.now
                saidReadyAt = since
                if try await answers(givingUp: since.duration(to: clock.now) > Self.answerLimit) { return }
            } else {
                saidReadyAt = nil
            }
            if clock.now >= nextLook {
                nextLook = clock.now.advanced(by: .seconds(1))
                try look(&stall, since: begin, now: clock.now)
            }
            let young = begin.duration(to: clock.now) < .seconds(2)
            try await Task.sleep(for: young ? .milliseconds(4) : .milliseconds(25))
        }
    }

    private func isReadyByFile() throws -> Bool {
        guard case .file(let file) = try PostmasterFile.read(server.cluster.pidFile), file.pid == pid else {
            return false
        }
        return file.status == .ready || file.status == .standby
    }

    /// One real query; and the cluster that answers must be ours.
    private func answers(givingUp: Bool) async throws -> Bool {
        let probe = ServerProbe(server)
        do {
            let answered = try await probe.systemIdentifier()
            guard answered == expectedIdentifier else {
                throw PostgresServerError.wrongServer(
                    socket: server.layout.socket,
                    expected: expectedIdentifier,
                    answered: answered
                )
            }
            return true
        } catch let error as PostgresClientError {
            guard givingUp else { return false }
            throw PostgresServerError.unreachable(target: probe.settings.target, reason: error.description)
        }
    }

    private func checkAlive() async throws {
        guard let launched else {
            guard let facts = server.processes.facts(of: pid), !facts.isZombie else { throw Vanished() }
            return
        }
        guard let status = launched.exitStatus else { return }
        // The log collector is the last one to go, with the lines that say why.
        for _ in 0..<100 {
            if try ClusterLock.holder(of: server.cluster.path, in: server.processes) == .nobodySeen { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw PostgresServerError.startFailed(
            cluster: server.cluster.path,
            status: status,
            log: messages.lines(startupLogOffset: startupLogOffset)
        )
    }

    /// Looks at what the startup process does: the WAL file in its title, the processor time it uses.
    private func look(
        _ stall: inout StallDetector<[String]>,
        since begin: ContinuousClock.Instant,
        now: ContinuousClock.Instant
    ) throws {
        let titles = ServerChildren(of: pid, in: server.processes)
        let seconds = Int(begin.duration(to: now).components.seconds)
        progress(.recovering(activity: titles.startupActivity, seconds: seconds))
        let still = stall.observe(titles.evidence, at: now)
        guard still >= stallLimit else { return }
        throw PostgresServerError.startStalled(
            cluster: server.cluster.path,
            seconds: Int(still.components.seconds),
            activity: titles.startupActivity
        )
    }
}
