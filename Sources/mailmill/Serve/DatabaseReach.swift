import Foundation
import Logging
import PostgresClient
import ServiceLifecycle
import Store
import Synchronization
import WebConsole

/// Knows at every moment whether the database is there, since when, and why not: by asking it every second, and by what
/// others were told.
final class DatabaseReach: Service {
    private let pool: ConnectionPool
    private let logger: Logger
    private let announcement: Announcement?
    private let readiness = SchemaReadiness()
    private let known = Mutex(ConsoleState(database: .down(since: Date(), reason: "starting"), hasSampleData: false))

    /// - Parameters:
    ///   - pool: connections as `mailmill_console`.
    ///   - announcement: told when the database answers.
    init(pool: ConnectionPool, logger: Logger, announcement: Announcement? = nil) {
        self.pool = pool
        self.logger = logger
        self.announcement = announcement
    }

    var state: ConsoleState { known.withLock { $0 } }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.look()
                // Cancelled: the loop's condition ends it.
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Throws `StoreError.databaseIsOlder` until the schema is there.
    func checkSchema() async throws {
        guard !readiness.isReady else { return }
        try await SchemaVersion.check(pool)
        readiness.note()
    }

    /// A question was answered: the database is there.
    func noteAnswer() {
        known.withLock { state in
            if case .down = state.database { state.database = .up }
        }
    }

    /// A question failed. Only an outage says something about the database.
    func note(_ error: any Error) {
        guard isOutage(error) else { return }
        let reason = "\(error)"
        let isNew = known.withLock { state in
            if case .down(let since, _) = state.database {
                state.database = .down(since: since, reason: reason)
                return false
            }
            state.database = .down(since: Date(), reason: reason)
            return true
        }
        if isNew { logger.error("the database is away", metadata: ["reason": "\(reason)"]) }
    }

    private func isOutage(_ error: any Error) -> Bool {
        switch error {
        case StoreError.databaseIsOlder: true
        case PostgresClientError.poolBusy: false
        case let error as PostgresClientError: error.isOutage
        default: false
        }
    }

    private func look() async {
        do {
            try await checkSchema()
            let health = try await IngestGate(pool).state()
            let hasSamples = try await Reports(pool).hasSampleData()
            let wasDown = known.withLock { state in
                let wasDown = !state.database.answersQueries
                state.database = health.isOpen ? .up : .ingestStopped(since: health.since, reason: health.reason)
                state.hasSampleData = hasSamples
                return wasDown
            }
            if wasDown { logger.notice("the database is there") }
            announcement?.noteReach()
        } catch is CancellationError {
            return
        } catch {
            note(error)
        }
    }
}
