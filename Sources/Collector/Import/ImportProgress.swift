/// How far an import is.
package struct ImportProgress: Sendable, Equatable {
    /// The file that is being read.
    package var file = ""
    /// Bytes on the disk, of all files.
    package var totalBytes: Int64 = 0
    package var doneBytes: Int64 = 0
    /// Why it waits; nil while it does not.
    package var waiting: String?

    package init() {}
}

/// What became of a file.
package struct ImportOutcome: Sendable, Equatable {
    /// How much of it is counted.
    package enum Result: Sendable, Equatable {
        /// What was not counted before is counted now.
        case imported
        /// Everything in it was counted before: it was imported, or followed, under this or another name.
        case alreadyCounted
        /// It was not read, or not to its end.
        case failed(reason: String)
    }

    package var file: String
    package var result: Result
    package var lines: Int64 = 0
    package var events: Int64 = 0
    package var quarantined: Int64 = 0
}
