import CZlib

/// Decompresses gzip (RFC 1952), several members after each other too.
final class GzipDecompressor: Decompressor {
    /// zlib keeps a pointer back to the stream: it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var isBetweenMembers = true
    private var hasMember = false

    init() throws(DecompressionFailure) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15: the largest window; 16: expect a gzip header.
        let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            stream.deallocate()
            throw DecompressionFailure(reason: "zlib does not start (\(status))")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func decompress(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(DecompressionFailure) -> DecompressionStep {
        if isBetweenMembers {
            // Whatever follows the last member is no part of the log; gzip ignores it too.
            guard !input.isEmpty, !hasMember || input[0] == 0x1f else {
                return DecompressionStep(consumed: input.count, produced: 0, isComplete: true)
            }
            inflateReset(stream)
            hasMember = true
        }
        // zlib's interface takes a mutable pointer and only reads from it.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.assumingMemoryBound(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.assumingMemoryBound(to: UInt8.self).baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        let status = inflate(stream, Z_NO_FLUSH)
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
            throw DecompressionFailure(
                reason: stream.pointee.msg.map { String(cString: $0) } ?? "zlib status \(status)"
            )
        }
        isBetweenMembers = status == Z_STREAM_END
        return DecompressionStep(
            consumed: input.count - Int(stream.pointee.avail_in),
            produced: output.count - Int(stream.pointee.avail_out),
            isComplete: isBetweenMembers
        )
    }
}
