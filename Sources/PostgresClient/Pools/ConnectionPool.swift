package import Logging

/// A bounded number of connections to one server, lent inside closures so that none can leak.
///
/// Connections are made when they are needed, dropped when they broke or when the server said good-bye, and made anew
/// when it is back: the pool heals by itself.
package actor ConnectionPool {
    package nonisolated let settings: ConnectionSettings
    private let limit: Int
    private let leaseTimeout: Duration
    private let logger: Logger
    private var idle: [Connection] = []
    private var open = 0
    private var waiting: [Waiter] = []
    private var nextWaiter: UInt64 = 0
    private var isClosed = false

    private struct Waiter {
        var id: UInt64
        var continuation: CheckedContinuation<Void, any Error>
    }

    /// - Parameters:
    ///   - limit: connections at most.
    ///   - leaseTimeout: how long a call waits for a connection before it throws `poolBusy`.
    package init(
        _ settings: ConnectionSettings,
        limit: Int = 8,
        leaseTimeout: Duration = .seconds(5),
        logger: Logger
    ) {
        self.settings = settings
        self.limit = limit
        self.leaseTimeout = leaseTimeout
        self.logger = logger
    }

    /// Lends a connection for the time of `body`.
    package nonisolated func withConnection<T: Sendable>(
        _ body: (Connection) async throws -> T
    ) async throws -> T {
        let connection = try await lease()
        do {
            let value = try await body(connection)
            await giveBack(connection)
            return value
        } catch {
            await giveBack(connection)
            throw error
        }
    }

    /// Runs `body` in a transaction, again if it fails for serialization or deadlock.
    ///
    /// - Parameter attempts: how often at most.
    package nonisolated func withTransaction<T: Sendable>(
        isolation: IsolationLevel = .readCommitted,
        readOnly: Bool = false,
        attempts: Int = 5,
        _ body: (Connection) async throws -> T
    ) async throws -> T {
        var attempt = 1
        while true {
            do {
                return try await withConnection { connection in
                    try await connection.transaction(isolation: isolation, readOnly: readOnly, body)
                }
            } catch let error as PostgresClientError where error.isRetryable && attempt < attempts {
                logger.debug("transaction runs again", metadata: ["attempt": "\(attempt)", "why": "\(error)"])
                try await Task.sleep(for: .milliseconds(5 << attempt))
                attempt += 1
            }
        }
    }

    /// Runs one statement on a connection of its own.
    @discardableResult
    package nonisolated func query(
        _ statement: String,
        _ parameters: [(any PostgresEncodable)?] = []
    ) async throws -> Rows {
        try await withConnection { try await $0.query(statement, parameters) }
    }

    /// Closes what is idle; what is lent is closed when it comes back. Later calls throw `poolClosed`.
    package func close() {
        isClosed = true
        open -= idle.count
        idle.removeAll()
        for waiter in waiting { waiter.continuation.resume(throwing: closedError) }
        waiting.removeAll()
    }

    private var closedError: PostgresClientError { .poolClosed(target: settings.target) }

    // MARK: - Leases

    private func lease() async throws -> Connection {
        while true {
            if isClosed { throw closedError }
            if let connection = idle.popLast() {
                if await connection.isReusable { return connection }
                open -= 1
                logger.debug("a connection was dropped: the server had closed it")
                continue
            }
            if open < limit {
                open += 1
                do {
                    return try await Connection.connect(settings)
                } catch {
                    open -= 1
                    wakeOne()
                    throw error
                }
            }
            try await wait()
        }
    }

    private func giveBack(_ connection: Connection) async {
        if await connection.isReusable, !isClosed {
            idle.append(connection)
        } else {
            open -= 1
        }
        wakeOne()
    }

    /// Waits until a connection may be free. Being woken promises nothing: `lease` looks again.
    private func wait() async throws {
        nextWaiter += 1
        let id = nextWaiter
        let deadline = Task {
            try await Task.sleep(for: leaseTimeout)
            fail(id, PostgresClientError.poolBusy(target: settings.target, limit: limit, waited: leaseTimeout))
        }
        defer { deadline.cancel() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                waiting.append(Waiter(id: id, continuation: continuation))
                if Task.isCancelled { fail(id, CancellationError()) }
            }
        } onCancel: {
            Task { await self.fail(id, CancellationError()) }
        }
    }

    private func fail(_ id: UInt64, _ error: any Error) {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
        waiting.remove(at: index).continuation.resume(throwing: error)
    }

    private func wakeOne() {
        guard !waiting.isEmpty else { return }
        waiting.removeFirst().continuation.resume()
    }
}
