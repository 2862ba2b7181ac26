import MailEvents

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
        /// The import was ended while it was read: what is counted stays counted.
        case cancelled
    }

    package var file: String
    package var result: Result
    package var lines: Int64 = 0
    package var events: Int64 = 0
    package var quarantined: Int64 = 0

    package init(file: String, result: Result) {
        self.file = file
        self.result = result
    }

    mutating func add(_ batch: SentBatch) {
        if batch.lines > 0 { result = .imported }
        lines += batch.lines
        events += batch.events
        quarantined += batch.quarantined
    }
}

/// What a batch counts that was sent to the database. Where the answer is lost, the file's position tells whether it did.
struct SentBatch: Sendable {
    private let fileID: Int64
    private let end: Int64
    let lines: Int64
    let events: Int64
    let quarantined: Int64

    init(_ batch: borrowing EventBatch) {
        fileID = batch.fileID
        end = batch.to
        lines = batch.lines
        events = Int64(batch.countedEvents)
        quarantined = Int64(batch.unread.count)
    }

    /// - Parameter file: what the database knows now.
    func isCounted(_ file: KnownFile?) -> Bool {
        file.map { $0.fileID == fileID && $0.position >= end } ?? false
    }
}
