package import struct Foundation.Date
internal import PostgresClient

/// A run of retention.
package struct RetentionRun: Sendable, Equatable {
    package var endedAt: Date
    package var milliseconds: Int64
    /// Partitions dropped.
    package var dropped: Int64
    /// Bytes that the disk has back.
    package var freedBytes: Int64
    /// What could not be dropped; nil: nothing.
    package var error: String?

    init(_ row: Row) throws {
        endedAt = try row.get("ended_at")
        milliseconds = try row.get("took_ms")
        dropped = try row.get("dropped")
        freedBytes = try row.get("freed_bytes")
        error = try row.find("error")
    }
}
