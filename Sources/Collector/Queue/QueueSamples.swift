import Synchronization

/// Samples of queue sizes that wait to be stored; the oldest go when the database is away for long.
final class QueueSamples: Sendable {
    /// Three hours of a sample every ten seconds.
    private static let limit = 1080

    private let samples = Mutex<[QueueSample]>([])

    func add(_ sample: QueueSample) {
        samples.withLock { samples in
            if samples.count == QueueSamples.limit { samples.removeFirst() }
            samples.append(sample)
        }
    }

    /// The oldest, which stays until it is stored.
    var first: QueueSample? { samples.withLock { $0.first } }

    func remove(_ sample: QueueSample) {
        samples.withLock { samples in
            if let index = samples.firstIndex(of: sample) { samples.remove(at: index) }
        }
    }
}
