/// A log file as the database knows it: how far it has been counted, and how to recognise it.
package struct KnownFile: Sendable, Equatable {
    /// `ops.source_file.file_id`.
    package var fileID: Int64
    /// Decompressed bytes (files) or entries (journald) that are counted.
    package var position: Int64
    /// journald's cursor; empty for files.
    package var cursor: String
    package var parserState: [UInt8]
    package var fingerprint: FileFingerprint
    /// CRC-64 of all that it holds before the position; nil where that was not all read, and for journald.
    package var contentHash: UInt64?
    /// Where it was last seen. Only a hint.
    package var name: String
    /// It is imported, and of interest to who follows a log only where that log is the same.
    package var isImported: Bool

    package init(
        fileID: Int64,
        position: Int64,
        cursor: String,
        parserState: [UInt8],
        fingerprint: FileFingerprint,
        contentHash: UInt64? = nil,
        name: String,
        isImported: Bool = false
    ) {
        self.fileID = fileID
        self.position = position
        self.cursor = cursor
        self.parserState = parserState
        self.fingerprint = fingerprint
        self.contentHash = contentHash
        self.name = name
        self.isImported = isImported
    }
}
