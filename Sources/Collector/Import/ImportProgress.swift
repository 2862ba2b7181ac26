import SystemPackage

/// How far an import is.
package struct ImportProgress: Codable, Sendable, Equatable {
    /// The file that is being read.
    package var file = ""
    package var files = 0
    package var filesDone = 0
    /// Bytes on the disk, of all files.
    package var totalBytes: Int64 = 0
    package var doneBytes: Int64 = 0
    /// Those of the bytes done that were counted before, and only passed over.
    package var passedBytes: Int64 = 0
    package var lines: Int64 = 0
    package var events: Int64 = 0
    package var quarantined: Int64 = 0
    /// Files that were not read to their end.
    package var failures = 0
    /// Why it waits; nil while it does not.
    package var waiting: String?

    package init() {}

    /// Takes over how far the file is that is being read.
    ///
    /// - Parameter bytesRead: of the file, on the disk.
    mutating func take(_ course: FileCourse, bytesRead: Int64) {
        doneBytes = course.before.doneBytes + bytesRead
        passedBytes = course.before.passedBytes + (course.passedBytes ?? 0)
        lines = course.before.lines + course.outcome.lines
        events = course.before.events + course.outcome.events
        quarantined = course.before.quarantined + course.outcome.quarantined
    }

    /// A file is done.
    mutating func end(_ course: FileCourse) {
        take(course, bytesRead: course.size)
        filesDone += 1
        waiting = nil
        switch course.outcome.result {
        case .imported, .cancelled: break
        case .alreadyCounted: passedBytes = course.before.passedBytes + course.size
        case .failed: failures += 1
        }
    }
}

/// What is known of a file while it is read.
struct FileCourse {
    var outcome: ImportOutcome
    /// A batch of which nobody knows whether it was counted.
    var sent: SentBatch?
    let size: Int64
    /// How far the import was when the file's turn came.
    let before: ImportProgress
    /// Bytes on the disk before the place where the first reading began.
    private(set) var passedBytes: Int64?

    init(_ file: ArchiveFacts, after progress: ImportProgress) {
        outcome = ImportOutcome(file: file.path.string, result: .alreadyCounted)
        size = file.size
        before = progress
    }

    mutating func noteBeginning(_ bytesRead: Int64) {
        if passedBytes == nil { passedBytes = bytesRead }
    }
}
