package import struct Foundation.Date
internal import PostgresClient

/// Lines of one source that could not be read for the same reason.
package struct QuarantineGroup: Sendable, Equatable {
    package var node: String
    package var source: String
    /// `LogFormat` by its name.
    package var format: String
    package var reason: String
    package var lines: Int64
    package var firstStoredAt: Date
    package var lastStoredAt: Date
    /// A few of the lines; bytes that are no ASCII are escaped.
    package var samples: [String]

    init(_ row: Row) throws {
        node = try row.get("node")
        source = try row.get("source")
        format = try row.get("format")
        reason = try row.get("reason")
        lines = try row.get("lines")
        firstStoredAt = try row.get("first_stored_at")
        lastStoredAt = try row.get("last_stored_at")
        samples = try row.get("samples")
    }
}
