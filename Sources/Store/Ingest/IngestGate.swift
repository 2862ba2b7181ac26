package import struct Foundation.Date
package import PostgresClient

/// Whether events are taken. Closed while the disk is nearly full: collectors wait, and nothing is lost.
package struct IngestGate: Sendable {
    /// As of now.
    package struct State: Sendable, Equatable {
        package var isOpen: Bool
        /// For a person; empty while open.
        package var reason: String
        package var since: Date
    }

    private let pool: ConnectionPool

    /// - Parameter pool: connections as `mailmill_console` to look, as `mailmill_owner` to change.
    package init(_ pool: ConnectionPool) {
        self.pool = pool
    }

    package func state() async throws -> State {
        let row = try await pool.query(SQLFile.query("ingest/gate")).one()
        return State(isOpen: try row.get("is_open"), reason: try row.get("reason"), since: try row.get("since"))
    }

    /// Stops ingest, in order: batches under way are committed, later ones are refused with the reason.
    package func close(reason: String) async throws {
        try await pool.query(SQLFile.query("ingest/set_gate"), [false, reason])
    }

    package func open() async throws {
        try await pool.query(SQLFile.query("ingest/set_gate"), [true, ""])
    }
}
