import SystemPackage

/// Writes a reception's spool. Belongs to its `ReceptionSpool` alone.
///
/// A group of submissions is written as a whole or not at all, as far as the disk lets us: each stands in frames of its
/// own beginning, so that what was torn by a crash can be cut off at a submission.
final class ReceptionWriter {
    struct Submission: Sendable {
        var lines: [UInt8]
        var digest: RequestDigest?
        var waiter: CheckedContinuation<ReceptionOutcome, Never>
    }

    let key: FileKey
    private let settings: ReceptionSettings
    private let time: TimeSource
    private let lock: FolderLock
    private let log: SpoolLog
    private let ledger: RequestLedger
    /// Bytes on the disk.
    private(set) var size: Int64 = 0

    private var folder: SpoolFolder { settings.spool.folder }

    /// How far it is received.
    var end: Int64 { log.end }

    /// Takes possession of the spool, and cuts off what was not received whole.
    init(settings: ReceptionSettings, time: TimeSource) throws {
        let folder = settings.spool.folder
        self.settings = settings
        self.time = time
        try SpoolFile.makeFolder(folder.path)
        try SpoolFile.syncFolder(folder.path.removingLastComponent())
        lock = try FolderLock(folder.path)
        let compressor = FrameCompressor()
        key = try folder.keys().first ?? FileKey()
        ledger = RequestLedger(
            folder: folder.path,
            memory: settings.memory.components.seconds * 1_000_000,
            limit: settings.rememberedRequests
        )
        let end = try SpoolLog(continuing: key, folder: folder, compressor: compressor)?.end ?? 0
        if let cut = try ledger.open(end: end), cut < end { try folder.cut(key, to: cut) }
        let head = SpoolSegmentHead(key: key, first: 0, modifiedAt: time.wall(), logHead: key.bytes, name: "")
        log =
            try SpoolLog(continuing: key, folder: folder, compressor: compressor)
            ?? SpoolLog(folder: folder, compressor: compressor, head: head)
        size = try candidates().reduce(0) { $0 + $1.size }
    }

    /// Appends a group and makes it safe; on failure nothing of it is received.
    ///
    /// - Parameter committed: how far it is counted in the database; nil if not known.
    /// - Returns: what is new of it, and an outcome for each submission.
    func write(
        _ group: [Submission],
        committed: Int64?
    ) throws -> (content: [UInt8], outcomes: [ReceptionOutcome]) {
        let before = log.written
        defer { size += log.written - before }
        var content: [UInt8] = []
        var records: [RequestLedger.Record] = []
        var outcomes: [ReceptionOutcome] = []
        /// Where submissions begin in `content`, the first aside.
        var boundaries: [Int] = []
        var met: Set<RequestDigest> = []
        for submission in group {
            if let digest = submission.digest {
                guard !ledger.contains(digest), met.insert(digest).inserted else {
                    outcomes.append(.known)
                    continue
                }
                records.append(
                    RequestLedger.Record(
                        digest: digest,
                        position: log.end + Int64(content.count),
                        length: Int64(submission.lines.count),
                        receivedAt: time.wall()
                    )
                )
            }
            if !content.isEmpty { boundaries.append(content.count) }
            content += submission.lines
            outcomes.append(.stored)
        }
        guard !content.isEmpty else { return ([], outcomes) }
        do {
            try makeRoom(content.count, committed: committed)
            if !records.isEmpty { try ledger.append(records, now: time.wall()) }
            try append(content, boundaries)
            try log.sync()
        } catch {
            ledger.takeBack()
            log.takeBack()
            throw error
        }
        ledger.confirm(records)
        return (content, outcomes)
    }

    /// Frames of at most the longest length, each beginning with a submission or going on with a long one.
    private func append(_ content: [UInt8], _ boundaries: [Int]) throws {
        var start = 0
        var boundary = 0
        while start < content.count {
            let limit = start + SpoolFrameHead.maximumLength
            var end = min(limit, content.count)
            if end < content.count {
                while boundary < boundaries.count, boundaries[boundary] <= limit { boundary += 1 }
                if boundary > 0, boundaries[boundary - 1] > start { end = boundaries[boundary - 1] }
            }
            try content.withUnsafeBytes { bytes in
                let frame = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
                try log.append(frame, modifiedAt: time.wall(), logHead: key.bytes)
            }
            start = end
        }
    }
}

extension ReceptionWriter {
    /// Makes room by what is counted; what is not stays, and then nothing more is received.
    private func makeRoom(_ count: Int, committed: Int64?) throws {
        let spool = settings.spool
        let wanted = size + Int64(count) - spool.limit
        guard wanted > 0 else { return }
        if log.end <= committed ?? -1 { try log.seal() }
        try retire(committed: committed, excess: wanted)
        guard size + Int64(count) <= spool.limit else {
            throw CollectorError.receptionFull(path: folder.path.string, limit: spool.limit)
        }
    }

    /// Removes what is counted and older than the spool is kept.
    func retire(committed: Int64?) throws {
        try retire(committed: committed, excess: size - settings.spool.limit)
    }

    private func retire(committed: Int64?, excess: Int64) throws {
        let all = try candidates()
        size = all.reduce(0) { $0 + $1.size }
        let expired = SpoolRetention.expired(
            all,
            committed: committed.map { [key: $0] } ?? [:],
            excess: excess,
            oldest: time.wall() - settings.spool.keep.components.seconds * 1_000_000
        )
        for candidate in expired {
            try SpoolFolder.remove(candidate.segment.path)
            size -= candidate.size
        }
    }

    private func candidates() throws -> [SpoolRetention.Candidate] {
        let segments = try folder.segments(of: key)
        return segments.indices.compactMap { index in
            guard case .file(let facts) = PathFacts.look(at: segments[index].path) else { return nil }
            let isLast = index == segments.count - 1
            return SpoolRetention.Candidate(
                key: key,
                segment: segments[index],
                size: facts.size,
                end: isLast ? log.end : segments[index + 1].first,
                writtenAt: facts.modifiedAt,
                // The last one stays: where the reception goes on is told by it.
                isOpen: isLast
            )
        }
    }
}
