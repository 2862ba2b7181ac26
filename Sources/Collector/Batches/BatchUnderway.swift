import MailEvents

/// A batch that is being filled from one log.
struct BatchUnderway {
    let key: FileKey
    var batch: EventBatch
    /// When its first line was read.
    let begunAt: Duration

    func isFull(_ limits: BatchLimits) -> Bool {
        batch.events.count + batch.unread.count >= limits.rows || batch.to - batch.from >= limits.bytes
    }

    func isDue(_ limits: BatchLimits, now: Duration) -> Bool {
        isFull(limits) || now - begunAt >= limits.age
    }

    /// How much to read next so that the batch does not become much too full: a line has 128 bytes or more, mostly.
    func chunk(_ limits: BatchLimits, within size: Int) -> Int {
        let rows = limits.rows - batch.events.count - batch.unread.count
        let bytes = min(Int64(rows) * 128, limits.bytes - (batch.to - batch.from))
        return Int(max(Int64(ReaderLimits.longestLine) * 2, min(bytes, Int64(size))))
    }
}
