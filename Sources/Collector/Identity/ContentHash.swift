import CLzma
import MailEvents

/// A hash of all that a log holds before a place, which goes on from place to place, and the marks that it passes: by
/// these a log is told from another that begins alike and then differs. Marks stand at 8 KiB, twice as far each until
/// 1 MiB, and then at each MiB.
///
/// CRC-64, since its state is its value (8 bytes go to the database and come back), and it costs a few hundredths of what
/// parsing does. Nobody gains by making two logs alike.
struct ContentHash: Sendable, Equatable {
    private static let first: Int64 = 8 << 10
    private static let step: Int64 = 1 << 20

    private(set) var position: Int64
    private(set) var value: UInt64
    private var marks: [ContentMark] = []

    /// The beginning of a log.
    init() {
        self.init(position: 0, value: 0)
    }

    /// - Parameter value: of what stands before `position`.
    init(position: Int64, value: UInt64) {
        self.position = position
        self.value = value
    }

    /// As far as a file is counted; nil if the database does not have its hash.
    init?(_ file: KnownFile) {
        guard let value = file.position == 0 ? 0 : file.contentHash else { return nil }
        self.init(position: file.position, value: value)
    }

    /// Moves over bytes that stand right behind the place.
    mutating func advance(over bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let mark = ContentHash.mark(after: position)
            let part = rest.prefix(Int(min(Int64(rest.count), mark - position)))
            let start = UnsafeRawBufferPointer(rebasing: part).assumingMemoryBound(to: UInt8.self).baseAddress
            value = lzma_crc64(start, part.count, value)
            position += Int64(part.count)
            rest = rest.dropFirst(part.count)
            if position == mark { marks.append(ContentMark(position: position, hash: value)) }
        }
    }

    /// The marks passed since this was called last.
    mutating func takeMarks() -> [ContentMark] {
        defer { marks.removeAll() }
        return marks
    }

    private static func mark(after position: Int64) -> Int64 {
        if position >= step { return (position / step + 1) * step }
        var mark = first
        while mark <= position { mark *= 2 }
        return mark
    }
}

extension ContentHash {
    /// The first of the marks at which a log holds something else; nil if it is the same at all that it reaches.
    ///
    /// - Parameters:
    ///   - marks: of a log that begins alike, in their order.
    ///   - read: reads at a position, and returns how many bytes it read; 0 at the end.
    static func firstDifference(
        _ marks: [ContentMark],
        buffer: UnsafeMutableRawBufferPointer,
        read: (Int64, UnsafeMutableRawBufferPointer) throws -> Int
    ) rethrows -> ContentMark? {
        var hash = ContentHash()
        for mark in marks {
            while hash.position < mark.position {
                let wanted = Int(min(Int64(buffer.count), mark.position - hash.position))
                let target = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
                let got = try read(hash.position, target)
                if got == 0 { return nil }
                hash.advance(over: UnsafeRawBufferPointer(rebasing: target[..<got]))
            }
            if hash.value != mark.hash { return mark }
        }
        return nil
    }
}
