/// How a source stands, for `collect status` and the consoles. Counts are of this process's life.
package struct SourceState: Sendable, Equatable {
    package var node: String
    package var name: String
    package var isSample: Bool
    /// What the database does with what is read.
    package var writing: Writing = .opening
    /// Microseconds since 1970 UTC up to which everything that the log holds is committed; nil if not known yet.
    package var readUpTo: Int64?
    /// Bytes that the log holds and that are not committed.
    package var lagBytes: Int64 = 0
    /// The file that is being read; nil if none is there.
    package var file: String?
    package var lines: Int64 = 0
    package var events: Int64 = 0
    /// Lines that could not be read and went to quarantine.
    package var quarantined: Int64 = 0
    /// What is wrong now, the worst first.
    package var problems: [String] = []
    /// Bytes that the spool takes on the disk.
    package var spoolBytes: Int64 = 0

    /// What the database does with what is read.
    package enum Writing: Sendable, Equatable {
        /// Not connected yet.
        case opening
        case writing
        /// The database takes nothing for now.
        case refused(reason: String)
        /// The database cannot be reached.
        case away(reason: String)
        /// The source has been stopped.
        case stopped
    }

    package init(node: String, name: String, isSample: Bool) {
        self.node = node
        self.name = name
        self.isSample = isSample
    }
}
