import MailEvents

/// A log that was met before, as far as it was read then.
struct FamiliarLog: Sendable {
    /// Who remembers it.
    enum Memory: Sendable, Hashable {
        /// The database, by its id.
        case database(Int64)
        /// This collector, by its key.
        case local(FileKey)
    }

    var memory: Memory
    var position: Int64
    var fingerprint: FileFingerprint
    /// Its first bytes, where they and not only their hash are at hand.
    var head: [UInt8]?
}

extension FamiliarLog {
    init(_ known: KnownFile) {
        self.init(memory: .database(known.fileID), position: known.position, fingerprint: known.fingerprint, head: nil)
    }

    init(_ key: FileKey, at place: ReadingPlace) {
        let fingerprint = place.fingerprint()
        self.init(memory: .local(key), position: place.position, fingerprint: fingerprint, head: place.head)
    }
}

/// Tells which of the familiar logs some content is, by what stands in it. Names and inodes are not asked.
struct LogMatcher: Sendable {
    enum Verdict: Equatable {
        /// It is this log, and holds at least what was read of it.
        case same(FamiliarLog.Memory)
        /// It begins like this log and does not hold all that was read of it, or holds something else there: a copy
        /// that was made before the log's end, or the log after its newest bytes were lost.
        case shortened(FamiliarLog.Memory)
        case stranger
        /// Nothing stands in it yet.
        case empty
    }

    var familiar: [FamiliarLog]

    func verdict(on content: any LogContent) throws -> Verdict {
        let head = try content.head(FileFingerprint.window)
        guard !head.isEmpty else { return .empty }
        var hashes: [Int32: [UInt8]] = [:]
        var shortened: FamiliarLog.Memory?
        for log in familiar {
            switch compare(head, to: log, hashes: &hashes) {
            case .different:
                continue
            case .shorter:
                shortened = shortened ?? log.memory
            case .equal:
                if try holdsTail(of: log, content) { return .same(log.memory) }
                // A short head is the same by chance where a program writes the same first line each time.
                if log.fingerprint.headLength == FileFingerprint.window || log.head != nil {
                    shortened = shortened ?? log.memory
                }
            }
        }
        return shortened.map { .shortened($0) } ?? .stranger
    }

    private enum HeadComparison {
        case equal
        case shorter
        case different
    }

    private func compare(
        _ head: [UInt8],
        to log: FamiliarLog,
        hashes: inout [Int32: [UInt8]]
    ) -> HeadComparison {
        let length = log.fingerprint.headLength
        guard length > 0 else { return .different }
        guard head.count >= Int(length) else {
            return log.head?.starts(with: head) == true ? .shorter : .different
        }
        let hash = hashes[length] ?? ReadingPlace.hash(head.prefix(Int(length)))
        hashes[length] = hash
        return hash == log.fingerprint.headHash ? .equal : .different
    }

    private func holdsTail(of log: FamiliarLog, _ content: any LogContent) throws -> Bool {
        guard log.position > 0 else { return true }
        let length = Int64(log.fingerprint.tailLength)
        let isHeadFull = log.fingerprint.headLength == FileFingerprint.window
        if isHeadFull, try content.ends(at: log.position) == true { return true }
        // A spool that begins right there cannot show what stood before.
        if try content.start() > log.position - length { return true }
        guard length > 0 else { return try content.holds(log.position - 1) }
        let tail = try content.bytes(at: log.position - length, count: Int(length))
        return tail.count == Int(length) && ReadingPlace.hash(tail) == log.fingerprint.tailHash
    }
}
