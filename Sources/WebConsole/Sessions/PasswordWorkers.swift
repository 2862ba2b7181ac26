internal import Accounts
internal import Dispatch
internal import Synchronization

/// Does the slow work of password hashes on threads of its own: a few at a time, a few more waiting, and no more,
/// so that a flood of sign-ins takes neither the server's threads nor its memory.
final class PasswordWorkers: Sendable {
    private struct Load {
        var running = 0
        var waiting: [@Sendable () -> Void] = []
    }

    private let workers: Int
    private let longestQueue: Int
    private let load = Mutex(Load())
    private let threads = DispatchQueue(label: "mailmill.console.passwords", attributes: .concurrent)

    init(workers: Int, queue: Int) {
        self.workers = max(workers, 1)
        self.longestQueue = queue
    }

    /// Runs `work` when its turn comes. Throws `WebConsoleError.passwordWorkersBusy` at once if too many wait already.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let job: @Sendable () -> Void = {
                continuation.resume(with: Result { try work() })
            }
            if !accept(job) {
                continuation.resume(throwing: WebConsoleError.passwordWorkersBusy)
            }
        }
    }

    /// False if the queue is full.
    private func accept(_ job: @escaping @Sendable () -> Void) -> Bool {
        let (accepted, start) = load.withLock { load in
            if load.running < workers {
                load.running += 1
                return (true, true)
            }
            guard load.waiting.count < longestQueue else { return (false, false) }
            load.waiting.append(job)
            return (true, false)
        }
        if start { begin(job) }
        return accepted
    }

    private func begin(_ job: @escaping @Sendable () -> Void) {
        threads.async { [self] in
            job()
            let next = load.withLock { load -> (@Sendable () -> Void)? in
                guard !load.waiting.isEmpty else {
                    load.running -= 1
                    return nil
                }
                return load.waiting.removeFirst()
            }
            if let next { begin(next) }
        }
    }
}
