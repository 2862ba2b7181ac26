/// What was read of one file between two positions: the unit that is committed as a whole or not at all.
package struct EventBatch: Sendable {
    /// `ops.source_file.file_id`.
    package var fileID: Int64
    /// The position that the file must stand at for this batch to count.
    package var from: Int64
    /// The position after it: `from` plus the bytes read (files), or plus the entries read (journald).
    package var to: Int64
    /// journald's cursor after the batch; empty for files.
    package var cursor: String
    /// How to recognise the file when it stands at `to`.
    package var fingerprint: FileFingerprint
    /// CRC-64 of all that the file holds before `to`; nil where that was not all read, and for journald.
    package var contentHash: UInt64?
    /// The marks that lie behind `from` and not behind `to`.
    package var marks: [ContentMark]
    /// The parser's state after the batch.
    package var parserState: [UInt8]
    /// The newest time that the lines tell, in microseconds since 1970 UTC; nil if no line has one.
    package var readUpTo: Int64?
    /// Lines read, with and without events.
    package var lines: Int64
    /// The lines' bytes. The fields of `events` and `unread` point into it.
    package var bytes: [UInt8]
    package var events: [MailEvent]
    package var unread: [LineUnread]

    package init(fileID: Int64, from: Int64, fingerprint: FileFingerprint) {
        self.fileID = fileID
        self.from = from
        self.to = from
        self.cursor = ""
        self.fingerprint = fingerprint
        self.contentHash = nil
        self.marks = []
        self.parserState = []
        self.readUpTo = nil
        self.lines = 0
        self.bytes = []
        self.events = []
        self.unread = []
    }
}
