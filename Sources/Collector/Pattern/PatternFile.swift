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
    private(set) var file: OpenFile
    private(set) var compression: Compression
    private var content: any LogContent

    var standing = Standing.unidentified
    var place = ReadingPlace()
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

    enum Candidate: Equatable {
        case stranger
        case file(KnownFile)
    }

    init(_ path: FilePath, facts: FileFacts, isSealed: Bool, now: Duration) throws {
        let (source, file, opened) = try ContentSource.opening(path)
        self.path = path
        self.facts = opened
        self.isSealed = isSealed
        self.file = file
        self.content = try source.open()
        self.compression = source.compression
        self.changedAt = now
    }

    var known: KnownFile? {
        if case .known(let known) = standing { return known }
        return nil
    }

    /// Takes note of what the kernel says now.
    ///
    /// - Returns: whether the file was cut: it is another one now.
    func look(now: Duration) throws -> Bool {
        let new = try file.facts()
        defer { facts = new }
        guard new.size != facts.size || new.modifiedAt != facts.modifiedAt else { return false }
        changedAt = now
        if new.size < facts.size { return true }
        if endSize != nil, new.size > facts.size, compression != .none {
            // A stream that had ended, or had failed, is read from its beginning again.
            if problem != nil { content = try ContentSource.file(file, compression).open() }
        }
        endSize = nil
        return false
    }

    /// Begins its content anew.
    func reopen() throws {
        content = try ContentSource.file(file, compression).open()
        endSize = nil
    }

    /// Reads until the buffer is full or there is no more for now. The open end of a compressed file is no error.
    func read(at position: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var filled = 0
        do {
            while filled < buffer.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                let count = try content.read(at: position + Int64(filled), into: rest)
                if count == 0 { break }
                filled += count
            }
        } catch CollectorError.incompleteCompression {
            return filled
        }
        return filled
    }

    /// Its first bytes.
    func head() throws -> [UInt8] {
        try PositionedBytes.read(ReadingPlace.window, at: 0, by: read)
    }

    /// Whether the database is being told of it, and it begins like this.
    func isBeingMadeKnown(by head: [UInt8]) -> Bool {
        guard case .registering = standing else { return false }
        return place.head.starts(with: head) || head.starts(with: place.head)
    }

    /// Whether it is one of these; its end may be open.
    func verdict(_ matcher: LogMatcher) throws -> LogMatcher.Verdict {
        try matcher.verdict(on: OpenEnded(self))
    }

    func place(at position: Int64) throws -> ReadingPlace {
        try ReadingPlace(at: position, in: OpenEnded(self))
    }

    /// The content of a file of which more may come.
    private final class OpenEnded: LogContent {
        private let file: PatternFile

        init(_ file: PatternFile) {
            self.file = file
        }

        func read(at position: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
            try file.read(at: position, into: buffer)
        }

        func ends(at position: Int64) throws -> Bool? { nil }
    }
}

extension ContentSource {
    /// How the file is compressed; none of a spool's.
    var compression: Compression {
        switch self {
        case .file(_, let compression): compression
        case .spool: .none
        }
    }
}
