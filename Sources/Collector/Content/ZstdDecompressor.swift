import CZstd

/// Decompresses zstd (RFC 8878), several frames after each other too.
final class ZstdDecompressor: Decompressor {
    private let context: OpaquePointer
    private var isBetweenFrames = true

    init() throws(DecompressionFailure) {
        guard let context = ZSTD_createDCtx() else {
            throw DecompressionFailure(reason: "zstd finds no memory")
        }
        self.context = context
    }

    deinit {
        ZSTD_freeDCtx(context)
    }

    func decompress(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(DecompressionFailure) -> DecompressionStep {
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let hint = ZSTD_decompressStream(context, &target, &source)
        guard ZSTD_isError(hint) == 0 else {
            throw DecompressionFailure(reason: String(cString: ZSTD_getErrorName(hint)))
        }
        if source.pos > 0 || target.pos > 0 { isBetweenFrames = hint == 0 }
        return DecompressionStep(consumed: source.pos, produced: target.pos, isComplete: isBetweenFrames)
    }
}
