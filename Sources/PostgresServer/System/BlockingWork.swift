internal import Dispatch

/// Runs work that blocks (waiting for a process, reading a pipe) on threads of its own, never on the cooperative pool.
enum BlockingWork {
    private static let queue = DispatchQueue(label: "mailmill.postgres-server.blocking", attributes: .concurrent)

    static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(with: Result(catching: body))
            }
        }
    }

    /// Starts work that nobody waits for here; it reports by other means.
    static func start(_ body: @escaping @Sendable () -> Void) {
        queue.async(execute: body)
    }
}
