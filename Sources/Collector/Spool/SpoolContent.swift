/// What the spool holds of a log. One segment and one frame of it are in memory at a time. The spool may be written
/// at the same time: what is not whole yet is not there yet.
final class SpoolContent: LogContent {
    private let folder: SpoolFolder
    private let key: FileKey
    private var segment: (name: SpoolFolder.Segment, content: SpoolSegment)?
    private var frame: (position: Int64, bytes: [UInt8])?

    init(folder: SpoolFolder, key: FileKey) {
        self.folder = folder
        self.key = key
    }

    func read(at position: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        if let count = copy(from: position, into: buffer) { return count }
        guard let found = try load(position) else { return 0 }
        frame = found
        return copy(from: position, into: buffer) ?? 0
    }

    func start() throws -> Int64 {
        for name in try folder.segments(of: key) {
            if let first = try folder.read(name, of: key)?.frames.first { return first.head.position }
        }
        return 0
    }

    func head(_ count: Int) throws -> [UInt8] {
        let segments = try folder.segments(of: key)
        if try start() == 0 {
            let head = try bytes(at: 0, count: count)
            if !head.isEmpty { return head }
        }
        for name in segments.reversed() {
            if let head = try folder.read(name, of: key)?.head.logHead, !head.isEmpty {
                return Array(head.prefix(count))
            }
        }
        return []
    }

    func next(after position: Int64) throws -> Int64? {
        let names = try folder.segments(of: key)
        for (index, name) in names.enumerated() {
            if index + 1 < names.count, names[index + 1].first <= position { continue }
            let frames = try folder.read(name, of: key)?.frames ?? []
            if let frame = frames.first(where: { $0.head.end > position }) {
                return max(frame.head.position, position)
            }
        }
        return nil
    }

    func ends(at position: Int64) throws -> Bool? { nil }

    private func copy(from position: Int64, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        guard let frame, position >= frame.position, position < frame.position + Int64(frame.bytes.count) else {
            return nil
        }
        return frame.bytes.withUnsafeBytes { bytes in
            let rest = bytes[Int(position - frame.position)...].prefix(buffer.count)
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest))
            return rest.count
        }
    }

    /// Finds and decompresses the newest whole frame that holds `position`.
    private func load(_ position: Int64) throws -> (position: Int64, bytes: [UInt8])? {
        if let segment, let found = decompress(segment.content, position) { return found }
        for name in try folder.segments(of: key).reversed() where name.first <= position {
            guard let content = try folder.read(name, of: key) else { continue }
            if let found = decompress(content, position) {
                segment = (name, content)
                return found
            }
            // Segments begin in the log's order: one that ends before the position has no better ones behind it,
            // unless a damaged frame of this one also stands in an older segment that overlaps.
            if content.end <= position { return nil }
        }
        return nil
    }

    private func decompress(_ segment: SpoolSegment, _ position: Int64) -> (position: Int64, bytes: [UInt8])? {
        guard let frame = segment.frame(holding: position), let bytes = segment.content(of: frame) else { return nil }
        return (frame.head.position, bytes)
    }
}
