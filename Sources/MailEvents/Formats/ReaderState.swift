/// The bytes that a reader leaves with a position: version, flags, and the parser's own state.
struct ReaderState: Equatable {
    private static let version: UInt8 = 1
    private static let insideLongLine: UInt8 = 1

    var isInsideLongLine = false
    var parser: [UInt8] = []

    init(isInsideLongLine: Bool, parser: [UInt8]) {
        self.isInsideLongLine = isInsideLongLine
        self.parser = parser
    }

    /// Bytes that this version did not write, or none: the state before a file's first line.
    init(_ bytes: [UInt8]) {
        guard bytes.count >= 2, bytes[0] == Self.version, bytes[1] <= Self.insideLongLine else { return }
        isInsideLongLine = bytes[1] == Self.insideLongLine
        parser = Array(bytes[2...])
    }

    var bytes: [UInt8] { [Self.version, isInsideLongLine ? Self.insideLongLine : 0] + parser }
}
