import SystemPackage

/// How a file is compressed, told by its first bytes and never by its name.
enum Compression: Sendable, Equatable {
    case none
    case gzip
    case zstd
    case bzip2
    case xz
    /// Known, and not built in: `compress`.
    case unsupported(String)

    /// So many bytes tell.
    static let longestMark = 6

    /// - Parameter start: the file's first bytes, `longestMark` of them.
    init(start: [UInt8]) {
        let known: [([UInt8], Compression)] = [
            ([0x1f, 0x8b], .gzip),
            ([0x28, 0xb5, 0x2f, 0xfd], .zstd),
            ([0x42, 0x5a, 0x68], .bzip2),
            ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], .xz),
            ([0x1f, 0x9d], .unsupported("compress")),
        ]
        self = known.first { start.starts(with: $0.0) }?.1 ?? .none
    }

    /// Suffixes that compressing tools append to a name.
    static let suffixes = [".gz", ".zst", ".bz2", ".xz", ".Z"]
}

/// A decompressor of one stream: bytes in, bytes out.
protocol Decompressor: AnyObject {
    /// Decompresses some of `input` into `output`.
    func decompress(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(DecompressionFailure) -> DecompressionStep
}

struct DecompressionStep: Equatable {
    /// Bytes of the input that were used.
    var consumed: Int
    /// Bytes of the output that were filled.
    var produced: Int
    /// Whether a stream has just ended: an end of input here is an end, not a cut.
    var isComplete: Bool
}

struct DecompressionFailure: Error, Equatable {
    var reason: String
}
