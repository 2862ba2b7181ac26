internal import Glibc
internal import SystemPackage

/// How a server is told to end. PostgreSQL's "smart" mode waits for every client, which no service should.
package enum StopMode: String, Sendable, Codable {
    /// Ends sessions, writes a checkpoint.
    case fast
    /// Ends at once; the next start recovers from the WAL. Nothing committed is lost.
    case immediate

    var signal: Int32 { self == .fast ? SIGINT : SIGQUIT }
}

/// What `database stop` did.
package struct StopOutcome: Sendable, Equatable {
    /// False when no server ran.
    package let stopped: Bool
    package let pid: Int32?
    package let took: Duration
}

extension DatabaseServer {
    /// Stops the server and returns when it and all its processes are gone. Never kills: a server whose processes were
    /// killed leaves others behind on the same memory.
    ///
    /// - Parameter limit: after this, `stopUnfinished` names what keeps it; the server goes on ending by itself.
    package func stop(
        _ mode: StopMode = .fast,
        limit: Duration = .seconds(60),
        progress: @escaping ServerProgressHandler = { _ in }
    ) async throws -> StopOutcome {
        let clock = ContinuousClock()
        let begin = clock.now
        guard let pid = try await serverToStop(until: begin.advanced(by: limit)) else {
            return StopOutcome(stopped: false, pid: nil, took: begin.duration(to: clock.now))
        }
        guard kill(pid, mode.signal) == 0 || errno == ESRCH else {
            throw PostgresServerError.system(action: "stop the server of", path: cluster.path, Errno(rawValue: errno))
        }
        var nextWord = begin.advanced(by: .seconds(1))
        while try isAlive(pid) {
            let elapsed = begin.duration(to: clock.now)
            let seconds = Int(elapsed.components.seconds)
            let blockers = { ServerChildren(of: pid, in: processes).blockers }
            guard elapsed < limit else {
                throw PostgresServerError.stopUnfinished(cluster: cluster.path, seconds: seconds, blockers: blockers())
            }
            if clock.now >= nextWord {
                nextWord = clock.now.advanced(by: .seconds(1))
                progress(.shuttingDown(seconds: seconds, blockers: blockers()))
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        return StopOutcome(stopped: true, pid: pid, took: begin.duration(to: clock.now))
    }

    /// Stops, if it runs, and starts.
    package func restart(
        _ options: StartOptions = StartOptions(),
        mode: StopMode = .fast,
        limit: Duration = .seconds(60),
        progress: @escaping ServerProgressHandler = { _ in }
    ) async throws -> StartOutcome {
        _ = try await stop(mode, limit: limit, progress: progress)
        return try await start(options, progress: progress)
    }

    /// The process to signal; nil when no server runs. A launcher that is about to become the server is waited for.
    private func serverToStop(until deadline: ContinuousClock.Instant) async throws -> Int32? {
        while true {
            let holder = try ClusterLock.holder(of: cluster.path, in: processes)
            switch StartDecision(judgement: try judgement(), holder: holder) {
            case .join(let file): return file.pid
            case .singleUser(let pid):
                throw PostgresServerError.singleUserAtWork(
                    cluster: cluster.path,
                    process: ProcessName(pid, in: processes)
                )
            case .waitForFile(let facts) where facts.isPostgres: return facts.pid
            case .launch: return nil
            case .waitForFile(let facts):
                guard ContinuousClock().now < deadline else {
                    throw PostgresServerError.locked(
                        cluster: cluster.path,
                        holders: [ProcessName(facts.pid, in: processes)]
                    )
                }
            case .waitForLeftovers(let pids):
                guard ContinuousClock().now < deadline else {
                    throw PostgresServerError.leftoversRunning(
                        cluster: cluster.path,
                        processes: pids.map { ProcessName($0, in: processes) }
                    )
                }
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// The postmaster, or a process that it left behind.
    private func isAlive(_ pid: Int32) throws -> Bool {
        if let facts = processes.facts(of: pid), !facts.isZombie, facts.isPostgres { return true }
        switch try ClusterLock.holder(of: cluster.path, in: processes) {
        case .inheritors(let facts): return !facts.isEmpty
        case .taker, .nobodySeen: return false
        }
    }
}
