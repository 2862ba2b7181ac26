import MailEvents

extension LogFollower: SourceInput {
    func step() async -> InputStep {
        look()
        let seenAt = time.wall()
        guard opening != nil, !isProvisional else { return .idle(wait: pause, readUpTo: nil) }
        if let underway, log(underway.key) == nil { self.underway = nil }
        if let fileID = wantedMarks.min() {
            wantedMarks.remove(fileID)
            return .marks(of: fileID)
        }
        for log in logs {
            if let underway, underway.key == log.key, underway.isDue(settings.limits, now: time.elapsed()) {
                return close(underway)
            }
            while attempt(log, { try isReadable(log) }) ?? false {
                if let step = attempt(log, { try read(log) }) ?? nil { return step }
            }
        }
        dropRead()
        return idle(readUpTo: seenAt)
    }

    func flush() async -> EventBatch? {
        guard let underway, log(underway.key) != nil, case .batch(let batch) = close(underway) else { return nil }
        return batch
    }

    func registered(_ key: FileKey, as file: KnownFile) async {
        known[file.fileID] = file
        opening?.files.insert(file, at: 0)
        guard let log = log(key), case .registering(let skipping) = log.standing else { return }
        log.standing = .known(file)
        owners[key] = file.fileID
        log.wake()
        if let skipping { skip(log, file, skipping) }
        await remember()
    }

    func found(_ marks: [ContentMark], of fileID: Int64) async {
        self.marks[fileID] = marks
        isSurveyDue = true
        isSpoolDue = true
    }

    func committed(_ batch: consuming EventBatch) async {
        known[batch.fileID]?.position = batch.to
        known[batch.fileID]?.fingerprint = batch.fingerprint
        known[batch.fileID]?.contentHash = batch.contentHash
        known[batch.fileID]?.parserState = batch.parserState
        for log in logs where log.known?.fileID == batch.fileID {
            guard let file = known[batch.fileID] else { continue }
            log.standing = .known(file)
            committed[log.key] = file.position
        }
        buffers.give(back: batch)
    }

    func close() async {
        logs = []
        await spooler.close()
    }

    func setWriterAway(_ isAway: Bool) async {
        isWriterAway = isAway
    }
}

extension LogFollower {
    private func idle(readUpTo: Int64) -> InputStep {
        pause = min(pause * 2, settings.watch.longestPause)
        var wait = pause
        if let underway { wait = min(wait, underway.begunAt + settings.limits.age - time.elapsed()) }
        let isComplete =
            underway == nil && !isAskingForMarks && watch.problem == nil && logs.allSatisfy { isReadThrough($0) }
        status.update { $0.lagBytes = lag() }
        return .idle(wait: max(wait, .milliseconds(1)), readUpTo: isComplete ? readUpTo : nil)
    }

    /// Bytes that are known and not committed. Of compressed copies it is not known how much they hold.
    private func lag() -> Int64 {
        logs.reduce(0) { sum, log in
            let size = watch.files[log.key]?.size ?? max(log.spooledEnd ?? 0, log.place.position)
            return sum + max(0, size - (log.known?.position ?? 0))
        }
    }

    /// Whether it is worth reading the log now.
    private func isReadable(_ log: FollowedLog) throws -> Bool {
        switch log.standing {
        case .registering, .unidentified: return false
        case .new, .known: break
        }
        let now = time.elapsed()
        if let retryAt = log.retryAt, now < retryAt { return false }
        guard let end = log.end, !log.isDone else { return !log.isDone }
        if let size = watch.files[log.key]?.size { return size != end.size }
        return now - end.lookedAt >= .seconds(1)
    }

    /// Whether all lines of the log are in batches.
    private func isReadThrough(_ log: FollowedLog) -> Bool {
        guard log.retryAt.map({ time.elapsed() >= $0 }) ?? true else { return false }
        switch log.standing {
        case .known, .new, .unidentified:
            let size = watch.files[log.key]?.size
            guard let end = log.end, log.lost == nil else { return log.isDone || size == 0 }
            return size.map { $0 == end.size } ?? true
        case .registering: return false
        }
    }

    /// Reads a chunk of a log; returns what follows from it at once, if anything does.
    private func read(_ log: FollowedLog) throws -> InputStep? {
        if let other = underway, other.key != log.key { return close(other) }
        if let skipped = log.skipped {
            log.skipped = nil
            return .batch(skipped)
        }
        if case .new(.some) = log.standing { return register(log) }
        let size = underway?.chunk(settings.limits, within: buffer.bytes.count) ?? buffer.bytes.count
        let chunk = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<size])
        let got = try log.read(at: log.place.position, into: chunk)
        if let file = log.live, got > 0, try !log.place.isStill(in: file) {
            perform(watch.noteCut(log.key), now: time.elapsed())
            survey(time.elapsed())
            return nil
        }
        note(nil, on: log.key)
        guard got > 0 else { return try end(log) }
        let bytes = UnsafeRawBufferPointer(rebasing: chunk[..<got])
        guard let file = log.known else { return try register(log, bytes) }
        let taken = take(bytes, of: log, file, endsFile: try isRest(bytes, log))
        guard taken > 0 else {
            reachEnd(of: log)
            return nil
        }
        log.end = nil
        pause = settings.watch.shortestPause
        if let underway, underway.isDue(settings.limits, now: time.elapsed()) { return close(underway) }
        return nil
    }

    private func take(
        _ bytes: UnsafeRawBufferPointer,
        of log: FollowedLog,
        _ file: KnownFile,
        endsFile: Bool
    ) -> Int {
        guard var reader = log.reader else { return 0 }
        var current = underway ?? begin(log, file)
        underway = nil
        reader.newestPossible = min(time.wall(), log.isLive ? .max : log.modifiedAt) + 86_400_000_000
        let taken = reader.read(bytes, at: log.place.position, endsFile: endsFile, into: &current.batch)
        if taken > 0 {
            log.reader = reader
            log.place.advance(over: UnsafeRawBufferPointer(rebasing: bytes[..<taken]))
            log.hash?.advance(over: UnsafeRawBufferPointer(rebasing: bytes[..<taken]))
            current.batch.to = log.place.position
        }
        if current.batch.to > current.batch.from { underway = current }
        return taken
    }

    private func begin(_ log: FollowedLog, _ file: KnownFile) -> BatchUnderway {
        status.update { $0.file = log.name }
        let batch = buffers.batch(of: file.fileID, from: log.place.position, fingerprint: file.fingerprint)
        return BatchUnderway(key: log.key, batch: batch, begunAt: time.elapsed())
    }

    private func close(_ underway: BatchUnderway) -> InputStep {
        self.underway = nil
        var batch = underway.batch
        if let log = log(underway.key) {
            batch.fingerprint = log.place.fingerprint()
            batch.contentHash = log.hash?.value
            batch.marks = log.hash?.takeMarks() ?? []
        }
        return .batch(batch)
    }

    /// A line without its line feed is one when nothing will follow it.
    private func isRest(_ bytes: UnsafeRawBufferPointer, _ log: FollowedLog) throws -> Bool {
        guard bytes.last != 0x0A else { return false }
        let end = log.place.position + Int64(bytes.count)
        if log.isLive {
            guard let file = watch.files[log.key] else { return false }
            return file.isFinished && end == file.size
        }
        return try hasWaited(log, settings.watch.grace) && !log.holdsAnything(from: end)
    }

    /// The first lines of a log that the database does not know.
    private func register(_ log: FollowedLog, _ bytes: UnsafeRawBufferPointer) throws -> InputStep? {
        let whole = bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let isEnough = try whole > 0 || bytes.count > ReaderLimits.longestLine || isRest(bytes, log)
        guard isEnough else {
            reachEnd(of: log)
            return nil
        }
        let lines = UnsafeRawBufferPointer(rebasing: bytes[..<(whole > 0 ? whole : bytes.count)])
        log.place.note(head: lines, at: log.place.position)
        return register(log)
    }

    private func register(_ log: FollowedLog) -> InputStep? {
        guard case .new(let skipping) = log.standing else { return nil }
        log.standing = .registering(skipping: skipping)
        let head = ReadingPlace(position: 0, head: log.place.head, tail: [])
        return .register(log.key, name: log.name, head.fingerprint())
    }
}

extension LogFollower {
    /// Nothing more can be read for now.
    func reachEnd(of log: FollowedLog) {
        let now = time.elapsed()
        let size = watch.files[log.key]?.size ?? log.place.position
        log.end = FollowedLog.End(size: size, since: log.end?.since ?? now, lookedAt: now)
    }

    private func hasWaited(_ log: FollowedLog, _ duration: Duration) -> Bool {
        log.end.map { time.elapsed() - $0.since >= duration } ?? false
    }

    /// At the end of what a log holds. Where it does not grow that is the end of the log, unless bytes are missing
    /// before more of it: they are waited for, as a file system may come back.
    private func end(_ log: FollowedLog) throws -> InputStep? {
        reachEnd(of: log)
        guard !log.isLive else { return nil }
        let next = try log.next(after: log.place.position)
        guard let next, next > log.place.position else {
            log.isDone = hasWaited(log, log.lost == nil ? settings.watch.grace : settings.watch.patience)
            return nil
        }
        guard hasWaited(log, settings.watch.patience), let file = log.known else { return nil }
        note(loss: .bytesLost(name: log.name, from: log.place.position, to: next))
        var current = underway ?? begin(log, file)
        log.place.jump(to: next)
        log.hash = nil
        current.batch.to = next
        current.batch.parserState = log.reader?.state ?? file.parserState
        underway = current
        log.end = nil
        return nil
    }

    /// The beginning of a log was counted as another log's: its position moves over it.
    private func skip(_ log: FollowedLog, _ file: KnownFile, _ part: FollowedLog.SkippedPart) {
        var batch = EventBatch(fileID: file.fileID, from: file.position, fingerprint: log.place.fingerprint())
        batch.to = part.end
        batch.parserState = part.parserState
        log.skipped = batch
    }

    /// Lets go of logs that do not grow and are read through and committed.
    private func dropRead() {
        for log in logs where log.isDone && log.known?.position == log.place.position {
            if let lost = log.lost, lost.size > log.place.position {
                note(loss: .bytesLost(name: log.name, from: log.place.position, to: lost.size))
            }
            if let copy = log.file, let facts = try? copy.facts() {
                // Without facts it is only looked at once more.
                decided.insert(SiblingStamp(facts))
            }
            remember(spooled: log)
            logs.removeAll { $0 === log }
            resumeDeferredSpool()
        }
    }
}
