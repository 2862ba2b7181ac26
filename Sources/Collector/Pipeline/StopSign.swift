import Synchronization

/// Tells the parts of a source to come to an end by themselves.
final class StopSign: Sendable {
    private let flag = Mutex(false)

    var isUp: Bool { flag.withLock { $0 } }

    func putUp() {
        flag.withLock { $0 = true }
    }
}
