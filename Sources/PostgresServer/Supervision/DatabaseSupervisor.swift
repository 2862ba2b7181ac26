package import Logging
internal import ServiceLifecycle
internal import Synchronization

/// The role `database` of `mailmill serve`: starts the server or adopts the one that runs, starts it again when it
/// dies, respects that somebody stopped it, and stops it at the end.
///
/// - A server that does not start at first ends the service with its error: nothing is hidden at boot.
/// - A server that died later is started again for ever, with a growing delay.
/// - After `database stop` (a clean shutdown that we did not ask for) it stays down until `database start`.
package struct DatabaseSupervisor: Service {
    let server: DatabaseServer
    let logger: Logger
    let atShutdown: ServerAtShutdown
    let stopLimit: Duration
    let onChange: @Sendable (SupervisorState) async -> Void

    /// - Parameter onChange: told each change, in order; keep it short.
    package init(
        server: DatabaseServer,
        logger: Logger,
        atShutdown: ServerAtShutdown = .automatic,
        stopLimit: Duration = .seconds(300),
        onChange: @escaping @Sendable (SupervisorState) async -> Void = { _ in }
    ) {
        self.server = server
        self.logger = logger
        self.atShutdown = atShutdown
        self.stopLimit = stopLimit
        self.onChange = onChange
    }

    package func run() async throws {
        let isStarting = Mutex(false)
        let result = await raceAgainstShutdown { try await supervise { change in isStarting.withLock { $0 = change } } }
        if case .failure(let error) = result, !(error is CancellationError) { throw error }
        try await finish(whileStarting: isStarting.withLock { $0 })
    }

    /// Runs `body` until it throws, or until the service is to end.
    private func raceAgainstShutdown(_ body: @escaping @Sendable () async throws -> Void) async -> Result<
        Void, any Error
    > {
        await withTaskGroup(of: Result<Void, any Error>.self) { group in
            group.addTask {
                do { return .success(try await body()) } catch { return .failure(error) }
            }
            group.addTask {
                do { return .success(try await gracefulShutdown()) } catch { return .failure(error) }
            }
            let first = await group.next() ?? .success(())
            group.cancelAll()
            return first
        }
    }

    /// - Parameter isStarting: told when a start begins and when it has ended.
    private func supervise(_ isStarting: @escaping @Sendable (Bool) -> Void) async throws {
        var backoff = RestartBackoff()
        var isFirst = true
        let clock = ContinuousClock()
        while true {
            await onChange(.starting)
            var reason: String
            var ran: Duration?
            do {
                isStarting(true)
                let outcome = try await server.start(StartOptions(starter: .supervisor), progress: log)
                isStarting(false)
                isFirst = false
                report(outcome)
                await onChange(.running(pid: outcome.pid, adopted: !outcome.started))
                let begin = clock.now
                reason = try await end(of: outcome)
                ran = begin.duration(to: clock.now)
                // Somebody was quicker, such as a killed upgrade's settling.
                if case .live = try server.judgement() { continue }
                if try await wasShutDownOnPurpose() {
                    logger.notice("database server was stopped on purpose; waiting until it is started again")
                    await onChange(.stoppedByOperator)
                    try await waitUntilStartedAgain()
                    continue
                }
            } catch let error as PostgresServerError where !isFirst {
                reason = "\(error)"
            }
            let delay = backoff.delay(after: ran)
            logger.error("database server is down", metadata: ["reason": "\(reason)", "next_attempt": "\(delay)"])
            await onChange(.down(reason: reason, nextAttempt: delay))
            try await Task.sleep(for: delay)
        }
    }

    private func report(_ outcome: StartOutcome) {
        for warning in outcome.warnings { logger.warning("\(warning)") }
        logger.info(
            outcome.started ? "database server started" : "database server was running, adopted",
            metadata: ["pid": "\(outcome.pid)", "socket": "\(outcome.socket)", "took": "\(outcome.took)"]
        )
    }

    private func log(_ progress: ServerProgress) {
        logger.info("\(progress)")
    }

    /// Waits until the server has ended. Returns how.
    private func end(of outcome: StartOutcome) async throws -> String {
        if let launched = outcome.launched {
            let status = await launched.ended()
            try Task.checkCancellation()
            return status.map { "the server ended with \($0)" } ?? "the server ended"
        }
        while let facts = server.processes.facts(of: outcome.pid), !facts.isZombie {
            try await Task.sleep(for: .milliseconds(250))
        }
        return "the server ended"
    }

    /// A clean shutdown that was not ours. (A server whose PID file was taken away, or that crashed, leaves another
    /// state behind.)
    private func wasShutDownOnPurpose() async throws -> Bool {
        try await BlockingWork.run {
            try ControlData.read(server.cluster, with: server.binaries()).isShutDown
        }
    }

    private func waitUntilStartedAgain() async throws {
        while true {
            if case .live = try server.judgement() { return }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    private func finish(whileStarting: Bool) async throws {
        var isSupervised = whileStarting
        if case .live(let file) = try server.judgement() {
            isSupervised = isSupervised || server.starter(of: file.pid) == .supervisor
        } else if !whileStarting {
            await onChange(.stopped)
            return
        }
        guard atShutdown == .stop || (atShutdown == .automatic && isSupervised) else {
            logger.info("database server is left running")
            return
        }
        // In a task of its own: this one may be cancelled, and a stop that was begun is to be seen through.
        let stop = Task { try await server.stop(limit: stopLimit, progress: log) }
        let outcome = try await stop.value
        logger.info("database server stopped", metadata: ["took": "\(outcome.took)"])
        await onChange(.stopped)
    }
}
