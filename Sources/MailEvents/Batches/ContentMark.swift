/// What a log's beginning is, up to one position: a hash of all of it.
package struct ContentMark: Sendable, Equatable {
    /// Decompressed bytes from the log's beginning.
    package var position: Int64
    /// CRC-64 (ECMA-182, as of xz) of them.
    package var hash: UInt64

    package init(position: Int64, hash: UInt64) {
        self.position = position
        self.hash = hash
    }
}
