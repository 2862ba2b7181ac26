import MailEvents

/// Buffers of batches that are counted, for the next ones: the memory of a source stays the same whatever is read.
struct BatchBuffers {
    private var spare: [EventBatch] = []

    /// An empty batch of a file that stands at `from`.
    mutating func batch(of fileID: Int64, from: Int64, fingerprint: FileFingerprint) -> EventBatch {
        var new = EventBatch(fileID: fileID, from: from, fingerprint: fingerprint)
        if var old = spare.popLast() {
            old.bytes.removeAll(keepingCapacity: true)
            old.events.removeAll(keepingCapacity: true)
            swap(&new.bytes, &old.bytes)
            swap(&new.events, &old.events)
        }
        return new
    }

    mutating func give(back batch: consuming EventBatch) {
        if spare.count < 2 { spare.append(batch) }
    }
}
