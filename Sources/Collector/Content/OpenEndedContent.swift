/// What can be read of a log that may still be written: that a compressed file stops in the middle is no error, only the
/// end for now.
final class OpenEndedContent: LogContent {
    private let content: any LogContent

    init(_ content: any LogContent) {
        self.content = content
    }

    func start() throws -> Int64 { try content.start() }

    func read(at position: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        do {
            return try content.read(at: position, into: buffer)
        } catch CollectorError.incompleteCompression {
            return 0
        }
    }

    func head(_ count: Int) throws -> [UInt8] {
        // A spool that was begun late has the head elsewhere.
        try start() == 0 ? bytes(at: 0, count: count) : content.head(count)
    }

    func next(after position: Int64) throws -> Int64? { try content.next(after: position) }

    func consumed(before position: Int64) -> Int64 { content.consumed(before: position) }

    func ends(at position: Int64) throws -> Bool? { nil }
}
