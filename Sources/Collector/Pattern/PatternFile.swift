import MailEvents
import SystemPackage

/// A file of a pattern while it is read. Belongs to its `PatternInput` alone.
final class PatternFile {
    enum Standing {
        /// Not compared with the known files yet.
        case unidentified
        /// The database is asked whether it knows a file that begins like this.
        case asked
        /// Matches none.
        case new
        /// The database is being told of it.
        case registering
        case known(KnownFile)
    }

    let key = FileKey()
    var path: FilePath
    var facts: FileFacts
    /// Nobody may write to it any more: KumoMTA says so by taking the permission away.
    var isSealed: Bool
    private(set) var source: ContentSource
    /// So little stood in it that it cannot be told how it is compressed.
    private var isUntold: Bool
    private var content: OpenEndedContent
    /// The name of what is spooled of it; of a file that is read from the spool, there.
    var spoolKey = FileKey()
    /// From where on it is spooled while the database is away.
    var spooling = Spooling.undecided

    var standing = Standing.unidentified
    var place = ReadingPlace()
    /// Of all that stands before the place; nil where that was not all read.
    var hash: ContentHash?
    var reader: LogFormat.AnyReader?
    /// The size at which nothing more could be read.
    var endSize: Int64?
    /// Bytes of a line that is not whole yet stand behind the place.
    var hasRest = false
    var changedAt: Duration
    /// What went wrong with it last.
    var problem: String?
    /// When it is tried again.
    var retryAt: Duration?
    /// What stands in it is being read from another file.
    var isCopy = false
    /// What the database said when it was asked for the file.
    var candidate: Candidate?

    enum Spooling: Equatable {
        case undecided
        /// Nothing of it, as it is.
        case nothing
        case from(Int64)
    }

    enum Candidate: Equatable {
        case stranger
        case file(KnownFile)
    }

    init(_ path: FilePath, facts: FileFacts, isSealed: Bool, now: Duration) throws {
        let (source, _, opened) = try ContentSource.opening(path)
        self.path = path
        self.facts = opened
        self.isSealed = isSealed
        self.source = source
        self.isUntold = opened.size < Int64(Compression.longestMark)
        self.content = OpenEndedContent(try source.open())
        self.changedAt = now
    }

    /// A file as it is in the spool.
    init(_ key: FileKey, _ spooled: SpooledFile, in folder: SpoolFolder, now: Duration) {
        path = FilePath(spooled.name)
        let identity = FileIdentity(device: 0, inode: 0)
        facts = FileFacts(identity: identity, size: spooled.end, modifiedAt: spooled.modifiedAt, links: 1)
        isSealed = true
        source = .spool(folder, key)
        isUntold = false
        content = OpenEndedContent(SpoolContent(folder: folder, key: key))
        spoolKey = key
        changedAt = now
    }

    var isFromSpool: Bool {
        if case .spool = source { return true }
        return false
    }

    /// The file itself, where its bytes are the log's.
    var plain: OpenFile? {
        if case .file(let file, .none) = source { return file }
        return nil
    }

    var compression: Compression {
        switch source {
        case .file(_, let compression): compression
        case .spool: .none
        }
    }

    /// There is more of it in the spool.
    func grow(to end: Int64) {
        facts.size = end
        endSize = nil
    }

    var known: KnownFile? {
        if case .known(let known) = standing { return known }
        return nil
    }

    /// Takes note of what the kernel says now.
    ///
    /// - Returns: whether the file was cut: it is another one now.
    func look(now: Duration) throws -> Bool {
        guard case .file(let file, _) = source else { return false }
        let new = try file.facts()
        defer { facts = new }
        guard new.size != facts.size || new.modifiedAt != facts.modifiedAt else { return false }
        changedAt = now
        if spooling == .nothing { spooling = .undecided }
        if new.size < facts.size { return true }
        if endSize != nil, new.size > facts.size, compression != .none {
            // A stream that had ended, or had failed, is read from its beginning again.
            if problem != nil { content = OpenEndedContent(try source.open()) }
        }
        endSize = nil
        return false
    }

    /// Tells how it is compressed, as soon as enough stands in it: it may have been met before anything did.
    ///
    /// - Returns: whether that is known.
    func tellCompression() throws -> Bool {
        guard isUntold, case .file(let file, _) = source else { return true }
        let start = try file.readFully(at: 0, count: Compression.longestMark)
        source = .file(file, Compression(start: start))
        content = OpenEndedContent(try source.open())
        isUntold = start.count < Compression.longestMark
        return !isUntold
    }

    /// Begins its content anew.
    func reopen() throws {
        content = OpenEndedContent(try source.open())
        endSize = nil
    }

    /// Reads until the buffer is full or there is no more for now. The open end of a compressed file is no error.
    func read(at position: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var filled = 0
        while filled < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let count = try content.read(at: position + Int64(filled), into: rest)
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    /// The next position behind a gap; only what is in the spool has any.
    func next(after position: Int64) throws -> Int64? {
        try content.next(after: position)
    }

    /// Its first bytes.
    func head() throws -> [UInt8] {
        try content.head(ReadingPlace.window)
    }

    /// Whether the database is being told of it, and it begins like this.
    func isBeingMadeKnown(by head: [UInt8]) -> Bool {
        guard case .registering = standing else { return false }
        return place.head.starts(with: head) || head.starts(with: place.head)
    }

    /// Whether it is one of these; its end may be open.
    func verdict(_ matcher: LogMatcher) throws -> LogMatcher.Verdict {
        try matcher.verdict(on: content)
    }

    func place(at position: Int64) throws -> ReadingPlace {
        try ReadingPlace(at: position, in: content)
    }
}
