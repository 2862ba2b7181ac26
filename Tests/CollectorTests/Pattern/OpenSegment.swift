import CZstd
import Glibc
import SystemPackage
import Testing

/// A segment as KumoMTA writes it: one zstd frame, flushed now and then, whose end comes last, if it comes; sealed by
/// taking the permission to write away.
final class OpenSegment {
    private let path: FilePath
    private let context: OpaquePointer

    init(_ path: FilePath) throws {
        self.path = path
        context = try #require(ZSTD_createCCtx())
        let file = try FileDescriptor.open(path, .writeOnly, options: [.create], permissions: [.ownerReadWrite])
        try file.close()
    }

    deinit {
        ZSTD_freeCCtx(context)
    }

    /// Writes and flushes.
    func write(_ text: String) throws {
        try put(Array(text.utf8), ZSTD_e_flush)
    }

    /// Ends the frame.
    func seal() throws {
        try put([], ZSTD_e_end)
        try abandon()
    }

    /// Seals it as it is, as KumoMTA does with what an earlier process has left.
    func abandon() throws {
        #expect(chmod(path.string, 0o444) == 0)
    }

    private func put(_ bytes: [UInt8], _ end: ZSTD_EndDirective) throws {
        var frame = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count) + 1024)
        var target = ZSTD_outBuffer()
        let left = bytes.withUnsafeBytes { source in
            frame.withUnsafeMutableBytes { output in
                target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
                var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
                return ZSTD_compressStream2(context, &target, &input, end)
            }
        }
        #expect(left == 0)
        let file = try FileDescriptor.open(path, .writeOnly, options: [.append])
        try file.closeAfter { _ = try file.writeAll(frame[..<target.pos]) }
    }
}
