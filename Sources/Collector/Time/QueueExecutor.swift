import Dispatch

/// A thread of its own for an actor that blocks: it reads files, parses, compresses. Keeps such work off the
/// cooperative pool, and one stuck file system from holding up another source.
///
/// A serial queue that is made without a target runs on the overcommitting pool: it gets a thread whenever it has work.
final class QueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(label: String) {
        self.queue = DispatchQueue(label: label)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// Does something on the thread, behind what waits for it: with no detour by the cooperative pool.
    func async(_ body: @escaping @Sendable () -> Void) {
        queue.async(execute: body)
    }

    func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }
}
