package import struct Foundation.Date

/// How the database is, as far as the process knows at the moment.
package enum DatabaseHealth: Sendable, Equatable {
    case up
    /// `reason` is for a person: what failed and on what, no secret.
    case down(since: Date, reason: String)
    /// Answers queries but takes no new events, because the disk is nearly full. Collectors wait; nothing is lost.
    case ingestStopped(since: Date, reason: String)

    package var answersQueries: Bool {
        switch self {
        case .up, .ingestStopped: true
        case .down: false
        }
    }
}

/// What every page says at its top.
package struct ConsoleState: Sendable, Equatable {
    package var database: DatabaseHealth
    /// A followed source is a labelled sample, not a real server's log.
    package var hasSampleData: Bool

    package init(database: DatabaseHealth, hasSampleData: Bool) {
        self.database = database
        self.hasSampleData = hasSampleData
    }
}
