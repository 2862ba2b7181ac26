/// How long to wait before the next try: doubling from `first` to `limit`, each shortened at random by up to half so
/// that many collectors do not come back in step.
struct BackOff: Sendable {
    let first: Duration
    let limit: Duration
    /// Tries since the last success.
    private(set) var failures = 0

    init(first: Duration = .milliseconds(100), limit: Duration = .seconds(10)) {
        self.first = first
        self.limit = limit
    }

    /// The wait before the next try.
    ///
    /// - Parameter random: from 0 up to 1, for the jitter.
    mutating func next(random: Double) -> Duration {
        let full = BackOff.doubled(first, times: failures, limit: limit)
        failures += 1
        return full * (1 - min(max(random, 0), 1) / 2)
    }

    /// It went well: the next failure begins at `first` again.
    mutating func succeed() {
        failures = 0
    }

    private static func doubled(_ first: Duration, times: Int, limit: Duration) -> Duration {
        var duration = first
        for _ in 0..<times {
            duration *= 2
            if duration >= limit { return limit }
        }
        return min(duration, limit)
    }
}
