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

    /// A call that waits. It is handed its place directly, so that nobody who comes later overtakes it.
    private struct Waiter {
        var id: UInt64
        var continuation: CheckedContinuation<Place, any Error>
    }

    /// What a call needs to go on.
    private enum Place {
        case taken(Connection)
        /// Room for a connection, which has to be made.
        case empty
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

    /// Connections that exist or are being made, lent or idle.
    package var openConnections: Int { open }

    /// Calls that wait for a connection.
    package var waiters: Int { waiting.count }

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
        if isClosed { throw closedError }
        try Task.checkCancellation()
        let place: Place
        if let connection = idle.popLast() {
            place = .taken(connection)
        } else if open < limit {
            open += 1
            place = .empty
        } else {
            place = try await wait()
        }
        if case .taken(let connection) = place {
            if await connection.isReusable { return connection }
            logger.debug("a connection was dropped: the server had closed it")
        }
        do {
            return try await Connection.connect(settings)
        } catch {
            pass(.empty)
            throw error
        }
    }

    private func giveBack(_ connection: Connection) async {
        pass(await connection.isReusable ? .taken(connection) : .empty)
    }

    /// Hands a place to whoever waits longest.
    private func pass(_ place: Place) {
        if isClosed {
            open -= 1
        } else if !waiting.isEmpty {
            waiting.removeFirst().continuation.resume(returning: place)
        } else if case .taken(let connection) = place {
            idle.append(connection)
        } else {
            open -= 1
        }
    }

    private func wait() async throws -> Place {
        nextWaiter += 1
        let id = nextWaiter
        let deadline = Task {
            try await Task.sleep(for: leaseTimeout)
            fail(id, PostgresClientError.poolBusy(target: settings.target, limit: limit, waited: leaseTimeout))
        }
        defer { deadline.cancel() }
        return try await withTaskCancellationHandler {
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
}
