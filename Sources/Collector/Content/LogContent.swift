/// The decompressed bytes of one log, wherever they are kept: in the file, in a compressed copy, in the spool.
/// Positions count from the beginning of the log.
protocol LogContent: AnyObject {
    /// The first position that it holds: 0, but for a spool that was begun late or has lost its oldest part.
    func start() throws -> Int64

    /// Reads what stands at `position`, at least one byte unless the content ends there; 0 at its end, or where it
    /// holds nothing.
    func read(at position: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int

    /// The log's first bytes, up to `count`; fewer where it is shorter.
    func head(_ count: Int) throws -> [UInt8]

    /// The next position behind `position` at which it holds something; nil if there is none. Only a spool has gaps.
    func next(after position: Int64) throws -> Int64?

    /// Bytes of its file that were read for what stands before `position`.
    func consumed(before position: Int64) -> Int64

    /// Whether it holds exactly `position` bytes; nil where that cannot be told without reading it through.
    func ends(at position: Int64) throws -> Bool?
}

extension LogContent {
    func start() throws -> Int64 { 0 }

    func next(after position: Int64) throws -> Int64? { nil }

    func consumed(before position: Int64) -> Int64 { position }

    func head(_ count: Int) throws -> [UInt8] {
        try bytes(at: 0, count: count)
    }

    /// The bytes from `position` on, up to `count`; fewer where the content ends before.
    func bytes(at position: Int64, count: Int) throws -> [UInt8] {
        try PositionedBytes.read(count, at: position, by: read)
    }

    /// Whether anything stands at `position`.
    func holds(_ position: Int64) throws -> Bool {
        try withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { try read(at: position, into: $0) == 1 }
    }
}
