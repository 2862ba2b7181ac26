import Dispatch

@testable import Collector

/// Holds the spool's thread, as a disk does that is busy with other things, and what waits for it.
final class SimulatedSpool {
    private let spooler: Spooler
    private var gate: DispatchSemaphore?
    private var waiting: [Task<Void, Never>] = []

    init(_ spooler: Spooler) {
        self.spooler = spooler
    }

    var isHeld: Bool { gate != nil }

    func hold() {
        guard gate == nil else { return }
        let gate = DispatchSemaphore(value: 0)
        self.gate = gate
        let spooler = spooler
        waiting.append(Task.immediate { await spooler.hold(gate) })
    }

    /// Does something that may need the spool: whole, or up to there while the spool is held.
    func run(_ body: @escaping @Sendable () async -> Void) async {
        guard isHeld else { return await body() }
        waiting.append(Task.immediate { await body() })
    }

    /// What waited comes to its end, in its order.
    func release() async {
        gate?.signal()
        gate = nil
        for task in waiting { await task.value }
        waiting = []
    }
}

extension Spooler {
    fileprivate func hold(_ gate: DispatchSemaphore) {
        gate.wait()
    }
}
