import ServiceLifecycle
import Synchronization

/// Says that the schema is ready, once.
final class SchemaReadiness: Sendable {
    private let ready = Mutex(false)

    var isReady: Bool { ready.withLock { $0 } }

    func note() { ready.withLock { $0 = true } }
}

/// Begins a service when the schema is ready, or after a while in any case: at a start of everything at once nobody
/// should be told that the database is away when it is only a moment behind.
struct AfterSchema: Service {
    let readiness: SchemaReadiness
    let service: any Service
    var limit: Duration = .seconds(10)

    func run() async throws {
        await cancelWhenGracefulShutdown { await wait() }
        try await service.run()
    }

    private func wait() async {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        while !readiness.isReady, clock.now < deadline, !Task.isCancelled {
            // Cancelled: the loop's condition ends it.
            try? await clock.sleep(for: .milliseconds(20))
        }
    }
}
