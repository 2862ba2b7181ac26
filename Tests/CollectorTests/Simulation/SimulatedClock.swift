import Synchronization

@testable import Collector

/// A clock that goes only when it is told to.
final class SimulatedClock: Sendable {
    /// 2026-03-06 00:00:00 UTC, a day after the lines of `LogLine`.
    private static let start: Int64 = 1_772_755_200_000_000

    private let elapsed = Mutex(Duration.zero)
    private let shift = Mutex(Int64(0))

    func advance(_ duration: Duration) {
        elapsed.withLock { $0 += duration }
    }

    /// Somebody puts the wall clock forward or back.
    func jump(_ microseconds: Int64) {
        shift.withLock { $0 += microseconds }
    }

    /// Microseconds since 1970 UTC.
    var wall: Int64 {
        let (seconds, attoseconds) = elapsed.withLock { $0 }.components
        return SimulatedClock.start + shift.withLock { $0 } + seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }

    var source: TimeSource {
        TimeSource(
            elapsed: { self.elapsed.withLock { $0 } },
            wall: { self.wall },
            sleep: { self.advance($0) }
        )
    }
}
