/// A log as it stands in a file.
final class PlainContent: LogContent {
    private let file: OpenFile

    init(_ file: OpenFile) {
        self.file = file
    }

    func read(at position: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try file.read(at: position, into: buffer)
    }

    func ends(at position: Int64) throws -> Bool? {
        try file.facts().size == position
    }
}
