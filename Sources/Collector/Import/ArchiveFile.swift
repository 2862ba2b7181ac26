package import MailEvents
package import SystemPackage

/// An archived log, plain or compressed, that is read from its beginning to its end. Works on its own thread.
package actor ArchiveFile {
    /// What a file is, by what the database knows.
    enum Identity {
        /// All that it holds is counted already.
        case counted
        /// Its beginning is counted; `position` is where it goes on.
        case known(KnownFile)
        case new(FileFingerprint)
        /// It begins like a log that is counted, and then differs from it.
        case different(from: String, at: Int64)
        /// It begins like this log, and is shorter than what is counted of it: `compare` tells.
        case shorter(KnownFile)
    }

    private let executor = QueueExecutor(label: "mailmill.import")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package nonisolated let path: FilePath
    /// Bytes on the disk.
    package nonisolated let size: Int64
    /// Microseconds since 1970 UTC.
    package nonisolated let modifiedAt: Int64

    private let content: any LogContent
    private let format: LogFormat
    private let zone: LocalZone
    private let limits: BatchLimits
    private let time: TimeSource
    private let buffer = ReadingBuffer(count: 1 << 20)
    private var buffers = BatchBuffers()
    private var place = ReadingPlace()
    /// Of all that stands before the place; nil where that was not all read.
    private var hash: ContentHash?
    private var file: KnownFile?
    private var reader: LogFormat.AnyReader?
    /// Whether all that stands before the place was counted before: a file that was joined to it may begin here.
    private var mayBeginPart = false

    /// - Throws: `CollectorError` if the file cannot be opened, or is compressed in a way that is not built in.
    package init(
        _ path: FilePath,
        format: LogFormat,
        zone: LocalZone,
        limits: BatchLimits = BatchLimits(),
        time: TimeSource = .system
    ) throws {
        let (source, _, facts) = try ContentSource.opening(path)
        self.path = path
        self.content = try source.open()
        self.size = facts.size
        self.modifiedAt = facts.modifiedAt
        self.format = format
        self.zone = zone
        self.limits = limits
        self.time = time
    }

    /// The first bytes of a log, decompressed.
    ///
    /// - Throws: `CollectorError`, as of `init`.
    package static func head(of path: FilePath, count: Int) throws -> [UInt8] {
        try ContentSource.opening(path).source.open().head(count)
    }

    /// Bytes on the disk that have been read.
    package var bytesRead: Int64 { min(size, content.consumed(before: place.position)) }

    /// By what the database finds the file, if it knows it.
    func headHashes() throws -> [[UInt8]] {
        ReadingPlace.headHashes(try content.head(FileFingerprint.window))
    }

    /// Tells what the file is.
    ///
    /// - Parameter file: what the database knows that begins like it.
    func identify(_ file: KnownFile?) throws -> Identity {
        let matcher = LogMatcher(familiar: file.map { [FamiliarLog($0)] } ?? [])
        switch (try matcher.verdict(on: content), file) {
        case (.empty, _):
            return .counted
        case (.same, let file?):
            return .known(file)
        case (.shortened, let file?):
            guard try content.holds(file.position - 1) else { return .shorter(file) }
            return .different(from: file.name, at: file.position)
        case (.stranger, _), (.same, nil), (.shortened, nil):
            return .new(try ReadingPlace(at: 0, in: content).fingerprint())
        }
    }

    /// Whether a file that is shorter than what is counted of another is the same up to its end, by the other's marks.
    func compare(_ marks: [ContentMark], of file: KnownFile) throws -> Identity {
        let difference = try ContentHash.firstDifference(marks, buffer: buffer.bytes, read: content.read)
        return difference.map { .different(from: file.name, at: $0.position) } ?? .counted
    }

    /// Goes to where the file is counted to.
    func begin(at file: KnownFile) throws {
        self.file = file
        hash = ContentHash(file)
        place = try ReadingPlace(at: file.position, in: content)
        reader = reader(state: file.parserState)
        mayBeginPart = file.position > 0
    }

    /// The next batch; nil at the end of the file.
    func next() throws -> EventBatch? {
        guard let file, var reader else { return nil }
        mayBeginPart = false
        let batch = buffers.batch(of: file.fileID, from: place.position, fingerprint: file.fingerprint)
        var current = BatchUnderway(key: FileKey(high: 0, low: 0), batch: batch, begunAt: .zero)
        while !current.isFull(limits) {
            let size = current.chunk(limits, within: buffer.bytes.count)
            let chunk = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<size])
            let got = try fill(chunk)
            guard got > 0 else { break }
            let bytes = UnsafeRawBufferPointer(rebasing: chunk[..<got])
            reader.newestPossible = min(time.wall(), modifiedAt) + 86_400_000_000
            let endsFile = try got < size && isComplete && !content.holds(place.position + Int64(got))
            let taken = reader.read(bytes, at: place.position, endsFile: endsFile, into: &current.batch)
            guard taken > 0 else { break }
            place.advance(over: UnsafeRawBufferPointer(rebasing: bytes[..<taken]))
            hash?.advance(over: UnsafeRawBufferPointer(rebasing: bytes[..<taken]))
            current.batch.to = place.position
        }
        self.reader = reader
        guard current.batch.to > current.batch.from else { return nil }
        current.batch.fingerprint = place.fingerprint()
        current.batch.contentHash = hash?.value
        current.batch.marks = hash?.takeMarks() ?? []
        return current.batch
    }

    func giveBack(_ batch: consuming EventBatch) {
        buffers.give(back: batch)
    }

    /// A log that was written to a moment ago may still be: its last line is whole only with its line feed.
    private var isComplete: Bool { time.wall() - modifiedAt > 60_000_000 }

    private func fill(_ chunk: UnsafeMutableRawBufferPointer) throws -> Int {
        var filled = 0
        while filled < chunk.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: chunk[filled...])
            let got = try content.read(at: place.position + Int64(filled), into: rest)
            if got == 0 { break }
            filled += got
        }
        return filled
    }

    /// By what the database finds a file that was joined to this one, if it is counted as a file of its own; none where
    /// none can begin.
    func partHashes() throws -> [[UInt8]] {
        guard mayBeginPart else { return [] }
        return ReadingPlace.headHashes(try ContentPart(of: content, from: place.position).head(FileFingerprint.window))
    }

    /// Moves over a file that was joined to this one: a batch without events.
    ///
    /// - Parameter part: what the database knows that begins like what stands here.
    func pass(over part: KnownFile) throws -> EventBatch? {
        guard let file, part.fileID != file.fileID, part.position > 0 else { return nil }
        let rest = ContentPart(of: content, from: place.position)
        guard case .same = try LogMatcher(familiar: [FamiliarLog(part)]).verdict(on: rest) else { return nil }
        var batch = EventBatch(fileID: file.fileID, from: place.position, fingerprint: file.fingerprint)
        place = try ReadingPlace(at: place.position + part.position, in: content)
        batch.to = place.position
        batch.fingerprint = place.fingerprint()
        batch.parserState = part.parserState
        hash = nil
        reader = reader(state: part.parserState)
        return batch
    }

    private func reader(state: [UInt8]) -> LogFormat.AnyReader {
        format.reader(context: LogFormat.Context(fileModifiedAt: modifiedAt, zone: zone), state: state)
    }
}

/// What a log holds from a position on, as if it were a log of its own.
private final class ContentPart: LogContent {
    private let whole: any LogContent
    private let first: Int64

    init(of whole: any LogContent, from first: Int64) {
        self.whole = whole
        self.first = first
    }

    func read(at position: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try whole.read(at: first + position, into: buffer)
    }

    func ends(at position: Int64) throws -> Bool? { nil }
}
