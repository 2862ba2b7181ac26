import Glibc
package import SystemPackage

/// Where a source's spool is kept, and what lies there. Names only: what stands in the files is read by others.
package struct SpoolFolder: Sendable, Equatable {
    package let path: FilePath

    package init(_ path: FilePath) {
        self.path = path
    }

    /// A file of a log's spool.
    struct Segment: Sendable, Equatable {
        var path: FilePath
        /// The position in the log at which it begins.
        var first: Int64
        /// Tells apart segments that begin at the same position; the highest is right.
        var number: Int

        /// In the order of the log, a later one of the same position after the earlier.
        static func < (a: Segment, b: Segment) -> Bool { (a.first, a.number) < (b.first, b.number) }
    }

    static let suffix = ".spool"
    /// Bytes after which a new segment is begun: small enough to be read whole into memory.
    static let segmentSize = 4 << 20

    var hintPath: FilePath { path.appending("opening.json") }

    func folder(of key: FileKey) -> FilePath {
        path.appending(key.description)
    }

    func path(of key: FileKey, first: Int64, number: Int) -> FilePath {
        let digits = String(first)
        let padded = String(repeating: "0", count: max(0, 20 - digits.count)) + digits
        return folder(of: key).appending("\(padded)-\(number)\(SpoolFolder.suffix)")
    }

    /// The logs that have a spool.
    func keys() throws -> [FileKey] {
        try LogFolder.names(in: path).compactMap { FileKey(text: $0) }
    }

    /// A log's segments, in its order.
    func segments(of key: FileKey) throws -> [Segment] {
        let folder = folder(of: key)
        return try LogFolder.names(in: folder)
            .compactMap { SpoolFolder.segment(folder.appending($0), named: $0) }
            .sorted(by: <)
    }

    private static func segment(_ path: FilePath, named name: String) -> Segment? {
        guard name.hasSuffix(suffix) else { return nil }
        let parts = name.dropLast(suffix.count).split(separator: "-")
        guard parts.count == 2, let first = Int64(parts[0]), let number = Int(parts[1]) else { return nil }
        return Segment(path: path, first: first, number: number)
    }

    /// Reads a segment into memory; nil if it is gone.
    func read(_ segment: Segment, of key: FileKey) throws -> SpoolSegment? {
        guard case .file(let facts) = PathFacts.look(at: segment.path) else { return nil }
        let file: OpenFile
        do {
            file = try OpenFile(segment.path)
        } catch CollectorError.file(_, _, .noSuchFileOrDirectory) {
            return nil
        }
        let bytes = try file.readFully(at: 0, count: Int(facts.size))
        return SpoolSegment(bytes) ?? SpoolSegment(rescuing: bytes, key: key, first: segment.first)
    }
}

extension SpoolFolder {
    /// Removes a file; well if it is gone.
    static func remove(_ path: FilePath) throws {
        guard unlink(path.string) != 0, errno != ENOENT else { return }
        throw CollectorError.file(path: path.string, operation: "remove", code: Errno(rawValue: errno))
    }

    /// Removes an empty folder; well if it is gone or not empty.
    static func removeFolder(_ path: FilePath) throws {
        guard rmdir(path.string) != 0, errno != ENOENT, errno != ENOTEMPTY, errno != EEXIST else { return }
        throw CollectorError.file(path: path.string, operation: "remove", code: Errno(rawValue: errno))
    }
}
