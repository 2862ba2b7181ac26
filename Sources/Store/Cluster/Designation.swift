package import struct Foundation.Date
package import PostgresClient

/// Which host's server takes events. Moved deliberately, and never twice at once: each move names the epoch that it follows.
package struct Designation: Sendable {
    /// As of now.
    package struct State: Sendable, Equatable {
        /// Empty until a host was designated: then any host's server takes events.
        package var host: String
        package var epoch: Int64
        package var since: Date
        /// Why the server that was asked takes no events; empty when it does.
        package var refusal: String
    }

    private let pool: ConnectionPool

    /// - Parameter pool: connections as `mailmill_report` or `mailmill_owner` to look, as `mailmill_owner` to change.
    package init(_ pool: ConnectionPool) {
        self.pool = pool
    }

    package func state() async throws -> State {
        let row = try await pool.query(SQLFile.query("cluster/designation")).one()
        return State(
            host: try row.get("host"),
            epoch: try row.get("epoch"),
            since: try row.get("since"),
            refusal: try row.get("refusal")
        )
    }

    /// Batches under way are committed first; every later one is judged by the new row.
    ///
    /// - Parameter epoch: the one that the caller has seen.
    /// - Returns: the new epoch; nil when somebody else was faster.
    package func designate(_ host: String, following epoch: Int64) async throws -> Int64? {
        try await pool.query(SQLFile.query("cluster/designate"), [host, epoch]).first.map { try $0.get("epoch") }
    }
}
