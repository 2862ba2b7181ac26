package import Foundation
internal import PostgresClient

/// A bucket of a cube whose figure is not what the grain below it, or the events, come to.
package struct FigureDifference: Sendable, Equatable {
    /// The cube.
    package var relation: String
    /// The beginning of the bucket.
    package var bucket: Date
    package var measure: String
    package var found: Int64
    package var expected: Int64
    /// What `expected` was summed from: another cube, or `event`.
    package var against: String
}

extension Upkeep {
    /// Compares every grain with the one below it, the finest with the events, and families with each other, in one
    /// snapshot. Reads every cube, and all events that are kept.
    ///
    /// - Returns: what differs; at most a hundred a comparison.
    package func checkFigures() async throws -> [FigureDifference] {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { connection in
            try await connection.query(SQLFile.query("upkeep/check_figures")).map { row in
                FigureDifference(
                    relation: try row.get("relation"),
                    bucket: try row.get("bucket"),
                    measure: try row.get("measure"),
                    found: try row.get("found"),
                    expected: try row.get("expected"),
                    against: try row.get("against")
                )
            }
        }
    }
}
