import MailEvents
import SystemPackage

extension PatternInput: SourceInput {
    func step() async -> InputStep {
        let seenAt = time.wall()
        steppedAt = time.elapsed()
        look()
        guard opening != nil, !isProvisional else { return idle(readUpTo: nil) }
        if isCatchingUp { openSpooled() }
        if let underway, !files.contains(where: { $0.key == underway.key }) { self.underway = nil }
        for file in files where file.isFromSpool == isCatchingUp {
            if let underway, underway.key == file.key, underway.isDue(settings.limits, now: time.elapsed()) {
                return close(underway)
            }
            if let retryAt = file.retryAt, time.elapsed() >= retryAt {
                file.retryAt = nil
                attempt(file) { try file.reopen() }
            }
            if case .unidentified = file.standing, file.endSize != file.facts.size {
                if let step = attempt(file, { try identify(file) }) ?? nil { return step }
            }
            while isReadable(file) {
                if let step = attempt(file, { try read(file) }) ?? nil { return step }
            }
        }
        dropRead()
        return idle(readUpTo: seenAt)
    }

    func flush() async -> EventBatch? {
        guard case .batch(let batch) = underway.map({ close($0) }) else { return nil }
        return batch
    }

    func registered(_ key: FileKey, as file: KnownFile) async {
        known[file.fileID] = file
        guard let registered = files.first(where: { $0.key == key }) else { return }
        registered.standing = .known(file)
        registered.endSize = nil
    }

    func committed(_ batch: consuming EventBatch) async {
        if var file = known[batch.fileID] {
            file.position = batch.to
            file.fingerprint = batch.fingerprint
            file.contentHash = batch.contentHash
            file.parserState = batch.parserState
            known[batch.fileID] = file
            for open in files where open.known?.fileID == batch.fileID { open.standing = .known(file) }
        }
        buffers.give(back: batch)
    }

    func close() async {
        await remember()
        files = []
        await spooler.close()
    }
}

extension PatternInput {
    private func isReadable(_ file: PatternFile) -> Bool {
        switch file.standing {
        case .unidentified, .asked, .registering: false
        case .new, .known: file.endSize != file.facts.size
        }
    }

    /// Reads a chunk of a file; returns what follows from it at once, if anything does.
    private func read(_ file: PatternFile) throws -> InputStep? {
        if let other = underway, other.key != file.key { return close(other) }
        let size = underway?.chunk(settings.limits, within: buffer.bytes.count) ?? buffer.bytes.count
        let chunk = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<size])
        let sizeBefore = file.facts.size
        let got = try file.read(at: file.place.position, into: chunk)
        file.problem = nil
        if got > 0, let plain = file.plain, try !file.place.isStill(in: plain) {
            try beginAnew(file, time.elapsed())
            return nil
        }
        let bytes = UnsafeRawBufferPointer(rebasing: chunk[..<got])
        let isRest = got > 0 && got < size && bytes.last != 0x0A && isOver(file)
        guard let known = file.known else { return try register(file, bytes, isRest: isRest, sizeBefore) }
        if got == 0, file.isFromSpool, let step = try passOver(file, known) { return step }
        let taken = got > 0 ? take(bytes, of: file, known, endsFile: isRest) : 0
        if taken == 0 { file.endSize = sizeBefore }
        file.hasRest = taken < got
        if taken > 0 { pause = settings.watch.shortestPause }
        if let underway, underway.isDue(settings.limits, now: time.elapsed()) { return close(underway) }
        return nil
    }

    /// The first lines of a file that the database does not know.
    private func register(
        _ file: PatternFile,
        _ bytes: UnsafeRawBufferPointer,
        isRest: Bool,
        _ size: Int64
    ) throws -> InputStep? {
        if bytes.isEmpty, try file.next(after: 0) != nil {
            // The spool was begun behind the file's beginning, and the database does not know of that any more.
            file.place = ReadingPlace(position: 0, head: try file.head(), tail: [])
            return register(file)
        }
        let whole = bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        guard whole > 0 || isRest || bytes.count > ReaderLimits.longestLine else {
            file.endSize = size
            file.hasRest = !bytes.isEmpty
            return nil
        }
        let lines = UnsafeRawBufferPointer(rebasing: bytes[..<(whole > 0 ? whole : bytes.count)])
        file.place.note(head: lines, at: 0)
        return register(file)
    }

    private func register(_ file: PatternFile) -> InputStep {
        file.standing = .registering
        let head = ReadingPlace(position: 0, head: file.place.head, tail: [])
        return .register(file.key, name: file.path.string, head.fingerprint())
    }

    private func take(
        _ bytes: UnsafeRawBufferPointer,
        of file: PatternFile,
        _ known: KnownFile,
        endsFile: Bool
    ) -> Int {
        guard var reader = file.reader else { return 0 }
        var current =
            underway
            ?? BatchUnderway(
                key: file.key,
                batch: buffers.batch(of: known.fileID, from: file.place.position, fingerprint: known.fingerprint),
                begunAt: time.elapsed()
            )
        underway = nil
        status.update { $0.file = file.path.string }
        reader.newestPossible = time.wall() + 86_400_000_000
        let taken = reader.read(bytes, at: file.place.position, endsFile: endsFile, into: &current.batch)
        if taken > 0 {
            file.reader = reader
            file.place.advance(over: UnsafeRawBufferPointer(rebasing: bytes[..<taken]))
            file.hash?.advance(over: UnsafeRawBufferPointer(rebasing: bytes[..<taken]))
            current.batch.to = file.place.position
        }
        if current.batch.to > current.batch.from { underway = current }
        return taken
    }

    private func close(_ underway: BatchUnderway) -> InputStep {
        self.underway = nil
        var batch = underway.batch
        if let file = files.first(where: { $0.key == underway.key }) {
            batch.fingerprint = file.place.fingerprint()
            batch.contentHash = file.hash?.value
            batch.marks = file.hash?.takeMarks() ?? []
        }
        return .batch(batch)
    }

    /// Nothing more is written to it: it is sealed, or its name is gone and it has been quiet.
    func isOver(_ file: PatternFile) -> Bool {
        if file.isFromSpool { return isRestOfGoneFile(file) }
        return file.isSealed || (file.facts.links == 0 && isQuiet(file, settings.watch.grace))
    }

    func isQuiet(_ file: PatternFile, _ duration: Duration) -> Bool {
        time.elapsed() - file.changedAt >= duration
    }

    /// Lets go of files of which everything is counted and nothing more is to be expected.
    private func dropRead() {
        for file in files {
            guard file.endSize == file.facts.size else { continue }
            if file.isFromSpool {
                dropSpooled(file)
                continue
            }
            // The permission to write is taken away without a change that is seen in the file itself.
            if !file.isSealed, let found = PatternScan.look(file.path), found.facts.identity == file.facts.identity {
                file.isSealed = found.isSealed
                if file.isSealed, file.hasRest { file.endSize = nil }
            }
            if case .unidentified = file.standing, file.problem == nil {
                if isOver(file), file.hasRest {
                    file.hasRest = false
                    file.endSize = nil
                    continue
                }
                // Empty, or begun with half a line: it is taken up again when something is written to it.
                if !file.isCopy, isQuiet(file, settings.quiet) { letGo(file) }
                continue
            }
            if isOver(file), file.hasRest, file.problem == nil, file.endSize != nil {
                // Its last line is whole, even without its line feed.
                file.endSize = nil
                continue
            }
            let isCounted = file.known.map { $0.position == file.place.position } ?? false
            if isCounted, file.problem == nil, isOver(file) || (!file.hasRest && isQuiet(file, settings.quiet)) {
                letGo(file)
            } else if file.problem != nil, isQuiet(file, settings.watch.patience), isCounted || file.known == nil {
                status.set("\(file.problem ?? ""): its rest is given up", of: .loss)
                letGo(file)
            }
        }
        openWaiting(time.elapsed())
    }

    private func idle(readUpTo: Int64?) -> InputStep {
        pause = min(pause * 2, settings.watch.longestPause)
        var wait = pause
        if let underway { wait = min(wait, underway.begunAt + settings.limits.age - time.elapsed()) }
        status.set(files.compactMap(\.problem).min(), of: .log)
        let isRead =
            underway == nil && !isCatchingUp && waitingBytes == 0 && files.allSatisfy { $0.endSize == $0.facts.size }
        if isRead, readUpTo != nil, files.allSatisfy({ !$0.hasRest && $0.known?.position == $0.place.position }) {
            countedUpTo = readUpTo
        }
        let lag = files.reduce(waitingBytes) { sum, file in
            // Of compressed files it is not known how much they hold.
            file.compression == .none ? sum + max(0, file.facts.size - (file.known?.position ?? 0)) : sum
        }
        status.update { $0.lagBytes = lag }
        return .idle(wait: max(wait, .milliseconds(1)), readUpTo: isRead ? readUpTo : nil)
    }
}
