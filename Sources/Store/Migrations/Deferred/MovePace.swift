/// How long chunks take and how long to rest between them. Beside ingest both are such that its commits wait for nothing
/// long; alone, nothing is waited for.
struct MovePace: Sendable {
    /// How long a chunk should take.
    static func target(isIngesting: Bool) -> Duration {
        isIngesting ? .milliseconds(60) : .milliseconds(1000)
    }

    /// How long to rest after a chunk.
    ///
    /// - Parameter limit: rows a second that a person allows; nil: no limit.
    static func rest(moved: Int64, took: Duration, limit: Int32?, isIngesting: Bool) -> Duration {
        var rest: Duration = isIngesting ? took * 2 : .zero
        if let limit {
            let wanted = Duration.microseconds(moved * 1_000_000 / Int64(limit))
            rest = max(rest, wanted - took)
        }
        return rest
    }
}
