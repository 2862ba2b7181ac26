import Synchronization

@testable import Collector

/// A clock that goes only when it is told to.
final class SimulatedClock: Sendable {
    /// 2026-03-06 00:00:00 UTC, a day after the lines of `LogLine`.
    private static let start: Int64 = 1_772_755_200_000_000

    private let elapsed = Mutex(Duration.zero)

    func advance(_ duration: Duration) {
        elapsed.withLock { $0 += duration }
    }

    /// Microseconds since 1970 UTC.
    var wall: Int64 {
        let (seconds, attoseconds) = elapsed.withLock { $0 }.components
        return SimulatedClock.start + seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }

    var source: TimeSource {
        TimeSource(
            elapsed: { self.elapsed.withLock { $0 } },
            wall: { self.wall },
            sleep: { self.advance($0) }
        )
    }
}
