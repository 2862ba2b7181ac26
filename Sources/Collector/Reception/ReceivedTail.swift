/// The newest of what was received, in memory, so that what is read at once is not read from the disk. Only what is
/// safe in the spool is in here.
struct ReceivedTail: Sendable {
    /// Bytes that are kept, at least, if there are so many.
    private static let kept = 2 << 20

    private var bytes: [UInt8] = []
    /// Where `bytes` begins.
    private var start: Int64 = 0
    /// How far the source is received.
    private(set) var end: Int64 = 0

    /// The spool ends here, and nothing of it is in memory.
    mutating func begin(at position: Int64) {
        bytes.removeAll(keepingCapacity: true)
        start = position
        end = position
    }

    mutating func append(_ more: [UInt8]) {
        if bytes.count + more.count > 2 * ReceivedTail.kept {
            let dropped = min(bytes.count, bytes.count + more.count - ReceivedTail.kept)
            bytes.removeFirst(dropped)
            start += Int64(dropped)
        }
        bytes += more
        end += Int64(more.count)
    }

    /// - Returns: how many bytes were copied; nil if they are not in memory any more.
    func copy(from position: Int64, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        guard position >= start else { return nil }
        guard position < end else { return 0 }
        let offset = Int(position - start)
        let count = min(buffer.count, bytes.count - offset)
        bytes.withUnsafeBytes { bytes in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
        }
        return count
    }
}
