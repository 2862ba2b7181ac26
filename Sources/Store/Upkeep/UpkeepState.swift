package import struct Foundation.Date

/// What the manager did last of one job.
package struct JobState: Sendable, Equatable {
    package var lastRunAt: Date?
    package var lastError: String?
    /// Rows folded, partitions made or dropped, domains that joined: in the last run.
    package var count: Int64 = 0

    package init() {}
}

/// The manager's jobs.
package enum UpkeepJob: String, Sendable, CaseIterable {
    case fold
    case partitions
    case retention
    case ranking
    /// The indexes that message trace reads on days that are over.
    case traceIndexes
    /// Queue samples that are old enough for fewer of them.
    case queues
    /// Texts that nothing names any more.
    case terms
    /// Ended sessions and old sign-in attempts.
    case sessions

    /// How often it runs.
    var interval: Duration {
        switch self {
        case .fold: .seconds(5)
        case .partitions, .ranking, .traceIndexes, .terms, .sessions: .seconds(600)
        case .retention, .queues: .seconds(3600)
        }
    }
}
