/// The clocks that the collector reads, and how it sleeps: injected, so that tests own the time.
package struct TimeSource: Sendable {
    /// Time since some fixed moment; never goes back.
    package var elapsed: @Sendable () -> Duration
    /// Microseconds since 1970-01-01 00:00:00 UTC.
    package var wall: @Sendable () -> Int64
    /// Suspends the task; throws `CancellationError` when it is cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(
        elapsed: @escaping @Sendable () -> Duration,
        wall: @escaping @Sendable () -> Int64,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.elapsed = elapsed
        self.wall = wall
        self.sleep = sleep
    }
}

extension TimeSource {
    /// The machine's own clocks.
    package static let system: TimeSource = {
        let clock = ContinuousClock()
        let start = clock.now
        return TimeSource(
            elapsed: { start.duration(to: clock.now) },
            wall: { WallClock.microseconds() },
            sleep: { try await clock.sleep(for: $0) }
        )
    }()
}
