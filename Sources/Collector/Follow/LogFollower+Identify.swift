import MailEvents
import SystemPackage

extension LogFollower {
    /// The logs that this collector remembers itself, but for one.
    func localFamiliar(but key: FileKey?) -> LogMatcher {
        let followed = logs.filter { $0.key != key }.map { ($0.key, $0.familiarPlace) }
        let kept = keptInSpool.filter { spool in !logs.contains { $0.key == spool.key } }
        let all = followed + kept.map { ($0.key, $0.place) }
        return LogMatcher(familiar: all.filter { isDistinct($0.1.head) }.map { FamiliarLog($0.0, at: $0.1) })
    }

    /// What the spool holds of logs that are not being read, the one changed longest ago first.
    var keptInSpool: [SpooledLog] {
        spooled.values.sorted { ($0.modifiedAt, $0.key.description) < ($1.modifiedAt, $1.key.description) }
    }

    func isDistinct(_ head: [UInt8]) -> Bool { settings.format.isDistinct(head: head) }

    /// The logs that the database knows, the newest first.
    var knownFamiliar: LogMatcher {
        LogMatcher(familiar: (opening?.files ?? []).compactMap { known[$0.fileID] }.map { FamiliarLog($0) })
    }

    /// Tells which log stands in a live file, once something stands in it.
    func identify(_ log: FollowedLog) throws {
        if try isCut(log) { return perform(watch.noteCut(log.key), now: time.elapsed()) }
        guard try isDistinct(log.place(at: 0).head) || watch.files[log.key]?.isFinished ?? false else {
            return reachEnd(of: log)
        }
        if log.isBornOfCut { return try begin(new: log) }
        let local = try log.verdict(localFamiliar(but: log.key))
        if case .empty = local { return }
        if case .same(.local(let key)) = local, try merge(log, into: key) { return }
        try identify(log, local)
    }

    /// Asks the database's knowledge, after this collector's own.
    private func identify(_ log: FollowedLog, _ local: LogMatcher.Verdict) throws {
        let database = try log.verdict(knownFamiliar)
        if case .shortened(.local(let key)) = local {
            // Where the database knows a log that fits wholly, this is it, unless that is the one it differs from.
            guard case .same(.database(let id)) = database, owners[key] != id else {
                return try diverge(log, from: key)
            }
        }
        switch database {
        case .same(.database(let id)):
            // A copy of it that was found before gives way.
            logs.removeAll { $0 !== log && !$0.isLive && $0.known?.fileID == id }
            if let file = known[id], !isFollowed(id), try resume(log, at: file) { return }
            try begin(new: log)
        case .shortened(.database(let id)):
            guard let file = known[id] else { return try begin(new: log) }
            guard let marks = marksIfKnown(of: id) else { return }
            try diverge(log, from: file, marks)
            note(loss: .positionMismatch(name: log.name, position: file.position))
        case .stranger, .same, .shortened, .empty:
            try begin(new: log)
        }
    }

    /// Whether other bytes stand in a live file than were read of it: then its key, and what is in the spool under it, are
    /// of another log.
    func isCut(_ log: FollowedLog) throws -> Bool {
        guard let file = log.live else { return false }
        return try !log.place.isStill(in: file)
    }

    func isFollowed(_ fileID: Int64) -> Bool {
        logs.contains { $0.known?.fileID == fileID }
    }

    /// A log that matches none.
    func begin(new log: FollowedLog) throws {
        log.standing = .new(skipping: nil)
        log.place = try log.place(at: log.start())
        log.hash = log.place.position == 0 ? ContentHash() : nil
        status.say("\(log) is a new log")
        log.reader = reader(for: log, state: [])
    }

    /// The live file is the log that was known from a copy, the spool, or an inode that is gone (an editor's rewriting
    /// gives a new one): that log goes on in it.
    private func merge(_ log: FollowedLog, into key: FileKey) throws -> Bool {
        guard let file = log.live, let watched = watch.files[log.key], watch.current != key else { return false }
        let other: FollowedLog
        if let followed = self.log(key) {
            other = followed
        } else if spooled[key] != nil {
            other = FollowedLog(key: key, name: log.name, modifiedAt: log.modifiedAt)
            logs.append(other)
        } else {
            return false
        }
        status.say("\(other) goes on in \(log)")
        watch.remove(key)
        watch.remove(log.key)
        logs.removeAll { $0 === log }
        other.follow(live: file)
        other.name = log.name
        watch.add(key, try file.facts(), isCurrent: watched.isCurrent, now: time.elapsed())
        order()
        if case .unidentified = other.standing { try identify(other, .stranger) }
        return true
    }
}

extension LogFollower {
    /// The file begins like a log that was met before and then differs: its newest bytes were lost with the machine's
    /// power, or it was edited. What is the same counts there; the rest is another log.
    func diverge(_ log: FollowedLog, from key: FileKey) throws {
        let followed = self.log(key)
        let other = followed ?? FollowedLog(key: key, name: log.name, modifiedAt: log.modifiedAt)
        if followed == nil { other.read(fromSpool: settings.spool.folder) }
        let end = try lineStart(in: log, before: commonEnd(log, other).end)
        let state = followed?.known?.parserState ?? owners[key].flatMap { known[$0]?.parserState }
        try begin(log, skipping: end, parserState: state ?? [])
    }

    /// The same with a log of which only the database knows: there are its marks to compare with, so that what was
    /// written where lost bytes had been is not told from them up to the next mark.
    func diverge(_ log: FollowedLog, from file: KnownFile, _ marks: [ContentMark]) throws {
        var end = try firstDifference(log, marks)?.position ?? file.position
        if try !log.holds(end - 1) { end = try length(of: log) }
        try begin(log, skipping: try lineStart(in: log, before: end), parserState: file.parserState)
    }

    private func begin(_ log: FollowedLog, skipping end: Int64, parserState: [UInt8]) throws {
        guard end > 0 else { return try begin(new: log) }
        status.say("\(log) differs from what was read of it at byte \(end)")
        log.standing = .new(skipping: FollowedLog.SkippedPart(end: end, parserState: parserState))
        log.place = try log.place(at: end)
        log.hash = nil
        log.reader = reader(for: log, state: parserState)
    }

    /// Whether all that a copy holds is also in the spool of another log: it was made, or the spool was written, before
    /// the log's end.
    func isPart(_ copy: FollowedLog, ofSpooled key: FileKey) throws -> Bool {
        let other = FollowedLog(key: key, name: copy.name, modifiedAt: copy.modifiedAt)
        other.read(fromSpool: settings.spool.folder)
        return try commonEnd(copy, other).isAll
    }

    /// Whether a log that does not grow ends before what is counted of it, and is the same up to there.
    func isPart(_ log: FollowedLog, of file: KnownFile, _ marks: [ContentMark]) throws -> Bool {
        guard file.position > 0, try !log.holdsAnything(from: file.position - 1) else { return false }
        return try firstDifference(log, marks) == nil
    }

    /// Nil where a log's beginning is not at hand.
    private func firstDifference(_ log: FollowedLog, _ marks: [ContentMark]) throws -> ContentMark? {
        try log.start() > 0 ? nil : ContentHash.firstDifference(marks, buffer: buffer.bytes, read: log.read)
    }

    /// The marks of a known file; nil if they are not there yet, and are asked for. Without the database there are none.
    func marksIfKnown(of fileID: Int64) -> [ContentMark]? {
        if isProvisional { return [] }
        if let asked = marks[fileID] { return asked }
        marks[fileID] = .some(nil)
        wantedMarks.insert(fileID)
        return nil
    }

    var isAskingForMarks: Bool { marks.values.contains { $0 == nil } }

    /// Up to where two logs are the same, and whether that is all of the first.
    private func commonEnd(_ log: FollowedLog, _ other: FollowedLog) throws -> (end: Int64, isAll: Bool) {
        var position = try other.start()
        let block = 64 << 10
        let (first, second) = (buffer.bytes[..<block], buffer.bytes[block..<2 * block])
        while true {
            let a = UnsafeMutableRawBufferPointer(rebasing: first)
            let b = UnsafeMutableRawBufferPointer(rebasing: second)
            let got = try log.read(at: position, into: a)
            let count = min(got, try other.read(at: position, into: b))
            let same = zip(a[..<count], b[..<count]).prefix { $0 == $1 }.underestimatedCount
            position += Int64(same)
            if got == 0 { return (try min(position, length(of: log)), true) }
            if count == 0 || same < count { return (position, false) }
        }
    }

    private func length(of log: FollowedLog) throws -> Int64 {
        var position: Int64 = 0
        while true {
            let count = try log.read(at: position, into: buffer.bytes)
            if count == 0 { return position }
            position += Int64(count)
        }
    }

    /// The beginning of the line that `position` is in.
    private func lineStart(in log: FollowedLog, before position: Int64) throws -> Int64 {
        let start = max(0, position - Int64(ReaderLimits.longestLine))
        var end = start
        while end < position {
            let rest = buffer.bytes[..<Int(min(position - end, Int64(buffer.bytes.count)))]
            let count = try log.read(at: end, into: UnsafeMutableRawBufferPointer(rebasing: rest))
            if count == 0 { break }
            if let feed = rest[..<count].lastIndex(of: 0x0A), end + Int64(count) == position {
                return end + Int64(feed) + 1
            }
            end += Int64(count)
        }
        return start == 0 ? 0 : position
    }
}
