import MailEvents
import SystemPackage

/// One log that is being read: where its bytes are, and how far it is read. Belongs to its follower alone.
final class FollowedLog {
    /// What the database knows of it.
    enum Standing {
        /// Not compared with the known logs yet: nothing stands in it so far.
        case unidentified
        /// Matches none. `skipping`: its beginning was counted as another log's.
        case new(skipping: SkippedPart?)
        /// The database is being told of it.
        case registering(skipping: SkippedPart?)
        case known(KnownFile)
    }

    /// The part of a log that was counted before, and the parser's state behind it.
    struct SkippedPart {
        var end: Int64
        var parserState: [UInt8]
    }

    /// The end of what can be read of it.
    struct End {
        /// Its file's size at that time.
        var size: Int64
        var since: Duration
        var lookedAt: Duration
    }

    let key: FileKey
    var name: String
    var modifiedAt: Int64
    /// The log's own file, which may still grow; nil when its bytes are no longer there, or when it is a copy.
    private(set) var live: OpenFile?
    /// Where its bytes are on the disk, the live file or a copy.
    private(set) var source: ContentSource?
    private var contents: [any LogContent] = []

    var standing = Standing.unidentified
    var place = ReadingPlace()
    /// Of all that stands before the place; nil where that was not all read.
    var hash: ContentHash?
    var reader: LogFormat.AnyReader?
    /// It was begun by a cut that was seen: it is new, whatever stands in it.
    var isBornOfCut = false
    /// Its file was cut, and a copy of what stood there has not been found: since when, and how long it was.
    var lost: (since: Duration, size: Int64)?
    /// Nothing more can be read at the place, until something changes.
    var end: End?
    /// It does not grow, and is read through.
    var isDone = false
    /// A batch that moves its position over what was counted before.
    var skipped: EventBatch?
    var retryAt: Duration?
    /// How far it is in the spool.
    var spooledEnd: Int64?

    init(key: FileKey, name: String, modifiedAt: Int64) {
        self.key = key
        self.name = name
        self.modifiedAt = modifiedAt
    }

    var isLive: Bool { live != nil }

    /// The file at hand, live or a copy.
    var file: OpenFile? {
        if case .file(let file, _) = source { return file }
        return nil
    }

    var known: KnownFile? {
        if case .known(let known) = standing { return known }
        return nil
    }

    /// The log's own file is at hand.
    func follow(live file: OpenFile) {
        live = file
        source = .file(file, .none)
        contents = [PlainContent(file)]
        lost = nil
        wake()
    }

    /// Its bytes are in a file that does not grow: what it lacks is in the spool.
    func read(from source: ContentSource, _ content: any LogContent, spool: SpoolFolder) {
        live = nil
        self.source = source
        contents = [content, SpoolContent(folder: spool, key: key)]
        lost = nil
        wake()
    }

    /// Its bytes are in the spool, as far as it has them.
    func read(fromSpool spool: SpoolFolder) {
        live = nil
        source = nil
        contents = [SpoolContent(folder: spool, key: key)]
        wake()
    }

    /// Something changed: look again.
    func wake() {
        end = nil
        isDone = false
        retryAt = nil
    }

    /// Reads what stands at `position`, wherever it is, until the buffer is full or there is no more.
    func read(at position: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var filled = 0
        while filled < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let count = try readSome(at: position + Int64(filled), into: rest)
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    private func readSome(at position: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        for content in contents {
            let count = try content.read(at: position, into: buffer)
            if count > 0 { return count }
        }
        return 0
    }

    func holds(_ position: Int64) throws -> Bool {
        try contents.contains { try $0.holds(position) }
    }

    /// Whether there is anything to read at `position` or behind it.
    func holdsAnything(from position: Int64) throws -> Bool {
        try holds(position) || next(after: position) != nil
    }

    /// The next position behind a gap.
    func next(after position: Int64) throws -> Int64? {
        try contents.compactMap { try $0.next(after: position) }.min()
    }

    /// What stands around a position, looked up where it is held.
    func place(at position: Int64) throws -> ReadingPlace {
        var best: ReadingPlace?
        for content in contents {
            let place = try ReadingPlace(at: position, in: content)
            if !place.tail.isEmpty || position == 0 { return place }
            best = best ?? place
        }
        return best ?? ReadingPlace(position: position, head: [], tail: [])
    }

    /// By what it is recognised: the place that it is read up to, with all that is known of its beginning.
    var familiarPlace: ReadingPlace {
        // What cannot be read now is recognised by what was read of it before.
        guard place.head.count < ReadingPlace.window, let head = try? place(at: 0).head, head.starts(with: place.head)
        else { return place }
        var familiar = place
        head.withUnsafeBytes { familiar.note(head: $0, at: 0) }
        return familiar
    }

    func verdict(_ matcher: LogMatcher) throws -> LogMatcher.Verdict {
        guard let content = contents.first else { return .empty }
        return try matcher.verdict(on: content)
    }

    /// The first position that can be read.
    func start() throws -> Int64 {
        try contents.first?.start() ?? 0
    }
}

extension FollowedLog: CustomStringConvertible {
    /// For messages: its path, and how far it is read.
    var description: String {
        "\(name) (\(key.description.prefix(8)), read up to byte \(place.position))"
    }
}
