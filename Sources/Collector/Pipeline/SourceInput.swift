import MailEvents

/// A kind of source: what gives batches, and hears what became of them.
protocol SourceInput: Sendable {
    /// Begins at what the database says, wherever it stood before.
    func attach(_ opening: SourceOpening) async throws

    /// Reads on. Returns as soon as there is something to say, and does not wait for lines.
    func step() async -> InputStep

    /// Gives what was read and is not in a batch yet; for a shutdown.
    func flush() async -> EventBatch?

    /// The file that a step wanted to be made known is known.
    func registered(_ key: FileKey, as file: KnownFile) async

    /// What the database knows of a file that a step wanted to be looked up; nil for nothing.
    func found(_ key: FileKey, _ file: KnownFile?) async

    /// The marks of a file that a step asked for.
    func found(_ marks: [ContentMark], of fileID: Int64) async

    /// The batch is counted. It may be used again.
    func committed(_ batch: consuming EventBatch) async

    /// Whether batches can be written now. While not, bytes have to be made safe.
    func setWriterAway(_ isAway: Bool) async

    /// What has to go on at all times, until the task is cancelled.
    func maintain() async

    /// Lets go of everything; nothing is called after it.
    func close() async
}

extension SourceInput {
    func found(_ key: FileKey, _ file: KnownFile?) async {}

    func found(_ marks: [ContentMark], of fileID: Int64) async {}
}

/// What a source has to say after a look.
enum InputStep: Sendable {
    case batch(EventBatch)
    /// A file that matches none of the known ones has lines.
    case register(FileKey, name: String, FileFingerprint)
    /// A file may be known longer than the opening tells: is there one whose head, whole, has one of these
    /// hashes?
    case lookUp(FileKey, headHashes: [[UInt8]])
    /// Something begins like this known file and is shorter: what are its marks?
    case marks(of: Int64)
    /// Nothing to write. `readUpTo`: microseconds since 1970 UTC at which nothing was left to read, if that is so.
    case idle(wait: Duration, readUpTo: Int64?)
}
