import Synchronization

@testable import Collector

/// Names of logs, drawn from a seed so that an order of steps can be repeated exactly.
final class SimulatedKeys: Sendable {
    private let random: Mutex<SeededRandom>

    init(seed: UInt64) {
        random = Mutex(SeededRandom(seed: seed))
    }

    func next() -> FileKey {
        random.withLock { FileKey(high: $0.next(), low: $0.next()) }
    }
}
