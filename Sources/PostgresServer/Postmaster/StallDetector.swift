/// Tells whether something still gets on, from evidence sampled now and then: what changes is progress.
/// There is no limit to how long recovery may take, only to how long it may stand still.
struct StallDetector<Evidence: Equatable & Sendable>: Sendable {
    private var last: Evidence?
    private var since: ContinuousClock.Instant?

    /// Takes a sample. Returns for how long nothing has changed.
    mutating func observe(_ evidence: Evidence, at now: ContinuousClock.Instant) -> Duration {
        guard evidence == last, let since else {
            last = evidence
            since = now
            return .zero
        }
        return since.duration(to: now)
    }
}
