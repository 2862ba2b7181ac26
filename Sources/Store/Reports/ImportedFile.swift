package import struct Foundation.Date
internal import PostgresClient

/// An archived log that was imported, and how far.
package struct ImportedFile: Sendable, Equatable {
    package var node: String
    package var file: String
    /// `LogFormat` by its name.
    package var format: String
    /// Decompressed bytes that are counted.
    package var bytes: Int64
    package var lines: Int64
    package var events: Int64
    package var quarantined: Int64
    /// The newest time that a line told; nil if none did.
    package var newestLineAt: Date?
    package var updatedAt: Date

    init(_ row: Row) throws {
        node = try row.get("node")
        file = try row.get("file")
        format = try row.get("format")
        bytes = try row.get("bytes")
        lines = try row.get("lines")
        events = try row.get("events")
        quarantined = try row.get("quarantined")
        newestLineAt = try row.get("newest_line_at")
        updatedAt = try row.get("updated_at")
    }
}
