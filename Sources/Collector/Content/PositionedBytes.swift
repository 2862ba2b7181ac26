/// Reading as much as is there by calls that may give less than is wanted.
enum PositionedBytes {
    /// - Parameter read: reads at a position, and returns how many bytes it read; 0 at the end.
    /// - Returns: `count` bytes from `position` on; fewer where the content ends before.
    static func read(
        _ count: Int,
        at position: Int64,
        by read: (Int64, UnsafeMutableRawBufferPointer) throws -> Int
    ) rethrows -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = try bytes.withUnsafeMutableBytes { buffer in
                try read(position + Int64(filled), UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            }
            if got == 0 { break }
            filled += got
        }
        bytes.removeLast(count - filled)
        return bytes
    }
}
