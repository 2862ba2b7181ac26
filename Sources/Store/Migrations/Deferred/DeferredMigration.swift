package import struct Foundation.Date
internal import PostgresClient

/// A change of layout whose rows the manager moves while everything runs, and how far it is.
package struct DeferredMigration: Sendable, Equatable {
    /// Where it stands.
    package enum State: String, Sendable, CaseIterable {
        /// Rows go from the old layout to the new one; all can still go back.
        case moving
        /// Every row is in the new layout; all can still go back.
        case moved
        /// Past the point of no return.
        case completing
        /// The old layout is gone.
        case done
        case rollingBack = "rolling back"
        /// Every row is in the old layout again; `resume` begins anew.
        case rolledBack = "rolled back"

        /// Nothing is to be done any more.
        package var isEnded: Bool { self == .done || self == .rolledBack }
    }

    package var name: String
    package var summary: String
    package var state: State
    package var isPaused: Bool
    /// A limit that a person set; nil: as fast as nothing else suffers.
    package var rowsPerSecond: Int32?
    /// Rows of the next chunk.
    package var chunkRows: Int32
    /// Counts up at each beginning after a rollback.
    package var run: Int32
    /// Why it waits at the moment; nil: it does not.
    package var heldBy: String?
    package var heldSince: Date?
    package var lastError: String?
    /// Disk that it needs beside what the rows take anyway, in bytes; nil until it began.
    package var extraBytes: Int64?
    package var registeredAt: Date
    package var startedAt: Date?
    package var movedAt: Date?
    package var endedAt: Date?
    /// When it goes past the point of no return by itself; nil until all rows are moved.
    package var completesAt: Date?
    package var progress: MoveProgress
}

extension DeferredMigration {
    /// One that has begun and does not wait.
    package init(name: String, summary: String, state: State, registeredAt: Date, progress: MoveProgress) {
        self.init(
            name: name,
            summary: summary,
            state: state,
            isPaused: false,
            chunkRows: 1000,
            run: 1,
            registeredAt: registeredAt,
            progress: progress
        )
    }

    init(_ row: Row) throws {
        let word: String = try row.get("state")
        guard let state = State(rawValue: word) else {
            throw PostgresClientError.undecodable(column: "state", reason: "unknown state \(word)")
        }
        self.init(
            name: try row.get("name"),
            summary: try row.get("summary"),
            state: state,
            isPaused: try row.get("is_paused"),
            rowsPerSecond: try row.find("rows_per_second"),
            chunkRows: try row.get("chunk_rows"),
            run: try row.get("run"),
            heldBy: try row.find("held_by"),
            heldSince: try row.find("held_since"),
            lastError: try row.find("last_error"),
            extraBytes: try row.find("extra_bytes"),
            registeredAt: try row.get("registered_at"),
            startedAt: try row.find("started_at"),
            movedAt: try row.find("moved_at"),
            endedAt: try row.find("ended_at"),
            completesAt: try row.find("completes_at"),
            progress: MoveProgress(
                rowsTotal: try row.find("rows_total"),
                rowsMoved: try row.get("rows_moved"),
                rowsQuarantined: try row.get("rows_quarantined"),
                recentRows: try row.find("recent_rows") ?? 0,
                recentMilliseconds: try row.find("recent_ms") ?? 0,
                fastest: try row.find("fastest") ?? 0,
                slowest: try row.find("slowest") ?? 0
            )
        )
    }
}
