package import Logging
package import PostgresClient

/// Carries out the deferred migrations, one worker a database at a time. All that it knows stands in the database: whoever
/// begins after it was killed goes on where it was.
package struct MoveWorker: Sendable {
    private let connection: ConnectionSettings
    private let settings: MoveSettings
    private let logger: Logger

    /// - Parameter connection: as `mailmill_owner`.
    package init(_ connection: ConnectionSettings, settings: MoveSettings = MoveSettings(), logger: Logger) {
        self.connection = connection
        self.settings = settings
        self.logger = logger
    }

    /// Works, or waits for work, until it is cancelled.
    package func run() async {
        var lastError: String?
        while !Task.isCancelled {
            do {
                if var session = try await MoveSession.begin(connection, settings, logger) {
                    try await work(&session)
                }
            } catch is CancellationError {
                return
            } catch {
                let text = "\(error)"
                if text != lastError { logger.error("moving rows failed", metadata: ["error": "\(text)"]) }
                lastError = text
            }
            // Cancelled: the loop's condition ends it.
            try? await Task.sleep(for: .seconds(2))
        }
    }

    private func work(_ session: inout MoveSession) async throws {
        while true {
            switch try await session.round() {
            case .idle: try await Task.sleep(for: .seconds(10))
            case .waits(let pause): try await Task.sleep(for: pause)
            case .went(let rest): if rest > .zero { try await Task.sleep(for: rest) }
            }
        }
    }
}

/// What came of one round of a worker.
package enum MoveRound: Sendable, Equatable {
    /// There is nothing to migrate.
    case idle
    /// Something speaks against it; ask again after so long.
    case waits(Duration)
    /// It went on; rest so long before the next round.
    case went(rest: Duration)
}
