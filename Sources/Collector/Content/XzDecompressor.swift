import CLzma

/// Decompresses xz, several streams after each other too.
final class XzDecompressor: Decompressor {
    /// What a file may make us hold: its dictionary is as large as its writer liked, 64 MiB with `xz -9`.
    private static let memoryLimit: UInt64 = 80 << 20
    /// `LZMA_CONCATENATED` of lzma/container.h, whose macro Swift cannot import: several streams are one file.
    private static let concatenated: UInt32 = 0x08

    private let stream: UnsafeMutablePointer<lzma_stream>
    private var isComplete = false

    init() throws(DecompressionFailure) {
        stream = .allocate(capacity: 1)
        // All zero is what LZMA_STREAM_INIT says.
        stream.initialize(to: lzma_stream())
        let status = lzma_stream_decoder(stream, XzDecompressor.memoryLimit, XzDecompressor.concatenated)
        guard status == LZMA_OK else {
            stream.deallocate()
            throw DecompressionFailure(reason: XzDecompressor.words(for: status))
        }
    }

    deinit {
        lzma_end(stream)
        stream.deallocate()
    }

    func decompress(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(DecompressionFailure) -> DecompressionStep {
        guard !isComplete else { return DecompressionStep(consumed: input.count, produced: 0, isComplete: true) }
        stream.pointee.next_in = input.assumingMemoryBound(to: UInt8.self).baseAddress
        stream.pointee.avail_in = input.count
        stream.pointee.next_out = output.assumingMemoryBound(to: UInt8.self).baseAddress
        stream.pointee.avail_out = output.count
        // Only the end of the input tells the end of several streams.
        let status = lzma_code(stream, input.isEmpty ? LZMA_FINISH : LZMA_RUN)
        guard status == LZMA_OK || status == LZMA_STREAM_END || status == LZMA_BUF_ERROR else {
            throw DecompressionFailure(reason: XzDecompressor.words(for: status))
        }
        isComplete = status == LZMA_STREAM_END
        return DecompressionStep(
            consumed: input.count - stream.pointee.avail_in,
            produced: output.count - stream.pointee.avail_out,
            isComplete: isComplete
        )
    }

    private static func words(for status: lzma_ret) -> String {
        switch status {
        case LZMA_MEM_ERROR: "xz finds no memory"
        case LZMA_MEMLIMIT_ERROR: "its dictionary is larger than \(memoryLimit >> 20) MiB"
        case LZMA_FORMAT_ERROR: "no xz data where some must be"
        case LZMA_OPTIONS_ERROR: "it uses what this xz library does not know"
        case LZMA_DATA_ERROR: "a checksum does not fit, or the data is damaged"
        default: "xz status \(status.rawValue)"
        }
    }
}
