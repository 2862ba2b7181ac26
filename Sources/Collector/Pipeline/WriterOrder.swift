import MailEvents

/// What a source wants of its writer. One at a time, in this order: a heartbeat that follows a batch is true only once
/// the batch is counted.
enum WriterOrder: Sendable {
    case commit(EventBatch)
    case register(FileKey, name: String, FileFingerprint)
    case lookUp(FileKey, headHashes: [[UInt8]])
    case marks(of: Int64)
    case report(SourceHealth, isIdle: Bool)
    case store(QueueSample)
}

/// The file of a batch does not stand where the batch begins.
struct PositionConflict: Error {}
