internal import Dispatch

/// Runs work that blocks (waiting for a process, reading a pipe) on threads of its own, never on the cooperative pool.
enum BlockingWork {
    /// A serial queue of its own for each: those always get a thread, where one concurrent queue would let work wait
    /// for the end of what blocks before it.
    private static var queue: DispatchQueue { DispatchQueue(label: "mailmill.postgres-server.blocking") }

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
