package import struct Foundation.Date
package import MailEvents
internal import PostgresClient

/// A line that could not be read, and what is needed to read it again.
package struct QuarantinedLine: Sendable {
    package var node: String
    /// `LogFormat` by its name.
    package var format: String
    package var fileID: Int64
    /// Byte offset in its decompressed file.
    package var position: Int64
    package var storedAt: Date
    package var line: [UInt8]
    /// The parser's state at the end of what is read of the file.
    package var parserState: [UInt8]

    init(_ row: Row) throws {
        node = try row.get("node")
        format = try row.get("format")
        fileID = try row.get("file_id")
        position = try row.get("position")
        storedAt = try row.get("stored_at")
        line = try row.get("line", as: Bytes.self).content
        parserState = try row.get("parser_state", as: Bytes.self).content
    }

    /// Reads the line again, and adds its events to the batch.
    ///
    /// A stamp without a year is dated by when the line was stored. Columns are those of the file's last header.
    ///
    /// - Returns: false if it cannot be read now either; the batch is as it was.
    package func read(as format: LogFormat, zone: LocalZone, into batch: inout EventBatch) -> Bool {
        let stored = Int64((storedAt.timeIntervalSince1970 * 1_000_000).rounded())
        let context = LogFormat.Context(fileModifiedAt: stored, zone: zone)
        var trial = EventBatch(fileID: batch.fileID, from: 0, fingerprint: batch.fingerprint)
        guard read(format, context, stored, into: &trial), trial.unread.isEmpty else { return false }
        return read(format, context, stored, into: &batch)
    }

    private func read(
        _ format: LogFormat,
        _ context: LogFormat.Context,
        _ stored: Int64,
        into batch: inout EventBatch
    ) -> Bool {
        // Only columns are kept from line to line that still hold for an earlier one.
        var reader = format.reader(context: context, state: format == .powermta ? parserState : [])
        reader.newestPossible = stored + 86_400_000_000
        return line.withUnsafeBytes { reader.read($0, at: position, endsFile: true, into: &batch) } == line.count
    }
}
