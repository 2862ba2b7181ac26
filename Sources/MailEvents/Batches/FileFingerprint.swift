/// What tells a log file from every other, whatever its name or inode: its first bytes, and the bytes before the
/// position that has been committed. All of the decompressed content.
package struct FileFingerprint: Sendable, Equatable {
    /// How many bytes at most are hashed at each end.
    package static let window = 4096

    /// Bytes from the beginning of the file that `headHash` covers: up to `window`, fewer while the file is shorter.
    package var headLength: Int32
    /// SHA-256 of them.
    package var headHash: [UInt8]
    /// Bytes right before the position that `tailHash` covers; 0 at position 0.
    package var tailLength: Int32
    /// SHA-256 of them.
    package var tailHash: [UInt8]

    package init(headLength: Int32, headHash: [UInt8], tailLength: Int32, tailHash: [UInt8]) {
        self.headLength = headLength
        self.headHash = headHash
        self.tailLength = tailLength
        self.tailHash = tailHash
    }
}
