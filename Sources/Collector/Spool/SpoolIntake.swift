/// One log on its way into the spool: where it is read, and where its spool stands.
final class SpoolIntake {
    let target: SpoolTarget
    let log: SpoolLog
    private let file: OpenFile?
    private let content: any LogContent
    private var place: ReadingPlace

    /// - Parameter spooled: what the spool holds of the log so far.
    /// - Throws: `positionMismatch` if the source does not hold what was spooled last.
    init(_ target: SpoolTarget, log: SpoolLog, spooled: SpoolContent) throws {
        self.target = target
        self.log = log
        self.content = OpenEndedContent(try target.source.open())
        if case .file(let file, .none) = target.source, target.isLive {
            self.file = file
        } else {
            self.file = nil
        }
        self.place = try ReadingPlace(at: log.end, in: content)
        guard try SpoolIntake.isEqual(place.tail, to: spooled, before: log.end) else {
            throw CollectorError.positionMismatch(name: target.name, position: log.end)
        }
    }

    /// Whether the spool's last bytes are these, as far as it has them.
    private static func isEqual(_ tail: [UInt8], to spooled: SpoolContent, before end: Int64) throws -> Bool {
        let start = try max(end - Int64(tail.count), spooled.start())
        guard start < end else { return true }
        let kept = try spooled.bytes(at: start, count: Int(end - start))
        // What is damaged in the spool cannot be compared.
        return kept.count < end - start || tail.suffix(kept.count) == kept[...]
    }

    /// Whether this intake reads for the same file.
    func reads(_ other: SpoolTarget) -> Bool {
        guard target.key == other.key, target.isLive == other.isLive else { return false }
        switch (target.source, other.source) {
        case (.file(let a, _), .file(let b, _)): return a === b
        case (.spool(let a, let keyA), .spool(let b, let keyB)): return a == b && keyA == keyB
        case (.file, .spool), (.spool, .file): return false
        }
    }

    enum Step {
        case appended(Int)
        case atEnd
        /// The file was cut: its bytes are no longer this log's.
        case cut
    }

    /// Moves some bytes of the log into its spool.
    func step(_ buffer: UnsafeMutableRawBufferPointer, upTo: Int64) throws -> Step {
        // A failed sync has taken the spool back.
        if place.position != log.end { place = try ReadingPlace(at: log.end, in: content) }
        guard place.head.starts(with: self.target.head) else { return .cut }
        let wanted = Int(min(Int64(buffer.count), max(0, upTo - log.end)))
        guard wanted > 0 else { return .atEnd }
        let target = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
        let count = try content.read(at: log.end, into: target)
        guard count > 0 else { return .atEnd }
        if let file, try !place.isStill(in: file) { return .cut }
        let bytes = UnsafeRawBufferPointer(rebasing: target[..<count])
        var next = place
        next.advance(over: bytes)
        try log.append(bytes, modifiedAt: self.target.modifiedAt, logHead: next.head)
        place = next
        return .appended(count)
    }
}
