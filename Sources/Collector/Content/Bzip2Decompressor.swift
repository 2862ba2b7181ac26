import CBzip2

/// Decompresses bzip2, several streams after each other too (`pbzip2` writes many).
final class Bzip2Decompressor: Decompressor {
    /// libbz2 keeps a pointer back to the stream: it must not move.
    private let stream: UnsafeMutablePointer<bz_stream>
    private var isBetweenStreams = true
    private var hasStream = false

    init() throws(DecompressionFailure) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: bz_stream())
        do {
            try start()
        } catch {
            stream.deallocate()
            throw error
        }
    }

    deinit {
        BZ2_bzDecompressEnd(stream)
        stream.deallocate()
    }

    private func start() throws(DecompressionFailure) {
        stream.pointee = bz_stream()
        let status = BZ2_bzDecompressInit(stream, 0, 0)
        guard status == BZ_OK else { throw DecompressionFailure(reason: "bzip2 does not start (\(status))") }
    }

    func decompress(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(DecompressionFailure) -> DecompressionStep {
        if isBetweenStreams {
            // Whatever follows the last stream is no part of the log; bzip2 ignores it too.
            guard !input.isEmpty, !hasStream || input[0] == UInt8(ascii: "B") else {
                return DecompressionStep(consumed: input.count, produced: 0, isComplete: true)
            }
            BZ2_bzDecompressEnd(stream)
            try start()
            hasStream = true
            isBetweenStreams = false
        }
        // libbz2's interface takes a mutable pointer and only reads from it.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.assumingMemoryBound(to: CChar.self).baseAddress)
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.assumingMemoryBound(to: CChar.self).baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        let status = BZ2_bzDecompress(stream)
        guard status == BZ_OK || status == BZ_STREAM_END else {
            throw DecompressionFailure(reason: Bzip2Decompressor.words(for: status))
        }
        isBetweenStreams = status == BZ_STREAM_END
        return DecompressionStep(
            consumed: input.count - Int(stream.pointee.avail_in),
            produced: output.count - Int(stream.pointee.avail_out),
            isComplete: isBetweenStreams
        )
    }

    private static func words(for status: Int32) -> String {
        switch status {
        case BZ_DATA_ERROR: "a checksum does not fit, or the data is damaged"
        case BZ_DATA_ERROR_MAGIC: "no bzip2 data where some must be"
        case BZ_MEM_ERROR: "bzip2 finds no memory"
        default: "bzip2 status \(status)"
        }
    }
}
