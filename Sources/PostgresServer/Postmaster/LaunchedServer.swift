internal import Synchronization

/// A server that is our child. One thread waits for its end, so that it never stays a zombie.
final class LaunchedServer: Sendable {
    let pid: Int32
    private let state = Mutex(State())

    private struct State {
        var status: ExitStatus?
        var isCancelled = false
        var waiting: CheckedContinuation<ExitStatus?, Never>?
    }

    init(_ child: ChildProcess) {
        pid = child.pid
        BlockingWork.start { [self] in
            let status = child.wait()
            resume { $0.status = status }
        }
    }

    /// nil while it runs.
    var exitStatus: ExitStatus? { state.withLock { $0.status } }

    /// Waits for the end. For one caller. Returns nil when its task was cancelled before.
    func ended() async -> ExitStatus? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard state.status == nil, !state.isCancelled else { return true }
                    state.waiting = continuation
                    return false
                }
                if isOver { continuation.resume(returning: exitStatus) }
            }
        } onCancel: {
            resume { $0.isCancelled = true }
        }
    }

    private func resume(_ change: (inout State) -> Void) {
        let (waiting, status) = state.withLock { state in
            change(&state)
            defer { state.waiting = nil }
            return (state.waiting, state.status)
        }
        waiting?.resume(returning: status)
    }
}
