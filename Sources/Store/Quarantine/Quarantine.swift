package import PostgresClient

/// The lines that could not be read: to look at, and to be rid of. `IngestSession.replay` counts them after a fix.
package struct Quarantine: Sendable {
    private let pool: ConnectionPool

    /// - Parameter pool: to look, connections as `mailmill_report`; for lines and to drop them, as the owner.
    package init(_ pool: ConnectionPool) {
        self.pool = pool
    }

    /// By source and reason, the most first.
    package func groups(_ filter: QuarantineFilter) async throws -> [QuarantineGroup] {
        try await pool.query(SQLFile.query("quarantine/groups"), filter.parameters).map(QuarantineGroup.init)
    }

    /// A page of lines, in the order of their files.
    ///
    /// - Parameter last: the last line of the page before; nil for the first page.
    package func lines(
        _ filter: QuarantineFilter,
        after last: QuarantinedLine?,
        count: Int
    ) async throws -> [QuarantinedLine] {
        let parameters = filter.parameters + [last?.fileID ?? -1, last?.position ?? -1, Int64(count)]
        return try await pool.query(SQLFile.query("quarantine/lines"), parameters).map(QuarantinedLine.init)
    }

    /// Deletes lines.
    ///
    /// - Returns: how many.
    package func drop(_ filter: QuarantineFilter) async throws -> Int64 {
        try await pool.query(SQLFile.query("quarantine/drop"), filter.parameters).one().get("lines")
    }
}
