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
        name: String,
        isImported: Bool = false
    ) {
        self.fileID = fileID
        self.position = position
        self.cursor = cursor
        self.parserState = parserState
        self.fingerprint = fingerprint
        self.name = name
        self.isImported = isImported
    }
}
