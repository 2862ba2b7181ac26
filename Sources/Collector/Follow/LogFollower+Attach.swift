import MailEvents
import SystemPackage

extension LogFollower {
    /// Begins at the database's positions. What was read and not committed is read again; files stay open.
    func attach(_ opening: SourceOpening) async {
        await openSpool()
        followedSince = hint?.followedSince(opening) ?? opening.firstOpenedAt
        begin(at: opening, isProvisional: false)
        await remember()
    }

    /// Since when a source is followed that was never followed before: the log at its path belongs to it, what was
    /// rotated away by then does not.
    private func firstFollowed() -> Int64 {
        let now = time.wall() - LogFollower.stampLag
        guard case .file(let facts) = PathFacts.look(at: settings.path) else { return now }
        // A folder that cannot be listed is told by the survey.
        let rotated = (try? folder.siblings().last?.facts.modifiedAt) ?? .min
        return min(now, max(facts.modifiedAt - 1, rotated))
    }

    /// Leaves beside the spool what the database knows now.
    func remember() async {
        guard let opening, !isProvisional, hasOpenedSpool else { return }
        rememberedAt = time.elapsed()
        let files = opening.files.map { known[$0.fileID] ?? $0 }
        let spoolKeys = Set(spooled.keys).union(logs.map(\.key))
        owners = owners.filter { spoolKeys.contains($0.key) }
        let now = SourceOpening(files: files, firstOpenedAt: opening.firstOpenedAt)
        let hint = SpoolHint(now, followedSince: followedSince, owners: owners)
        self.hint = hint
        await spooler.remember(hint)
    }

    /// Without the database, begins where it stood as far as this collector remembers: what is written meanwhile goes
    /// to the spool.
    func attachProvisionally() async {
        await openSpool()
        // Meanwhile the database may have come.
        guard opening == nil else { return }
        let hint = hint ?? SpoolHint(followedSince: firstFollowed())
        self.hint = hint
        followedSince = hint.followedSince
        begin(at: hint.opening, isProvisional: true)
        if hasOpenedSpool { await spooler.remember(hint) }
    }

    /// Takes possession of the spool. Without it logs are followed all the same, and it is tried again.
    ///
    /// Writes down at once since when the log is followed: what is rotated from now on is counted, even if this
    /// collector is killed before the database has ever heard of it.
    func openSpool() async {
        guard !hasOpenedSpool else { return }
        let since = firstFollowed()
        do {
            let found = try await spooler.open()
            spoolTriedAt = time.elapsed()
            guard !hasOpenedSpool else { return }
            hasOpenedSpool = true
            for log in found.logs { spooled[log.key] = log }
            if let remembered = found.hint {
                take(remembered)
            } else if let hint {
                await spooler.remember(hint)
            }
            if opening != nil { followSpooled() }
        } catch {
            spoolTriedAt = time.elapsed()
            status.set("\(error)", of: .spool)
        }
        guard hint == nil else { return }
        let new = SpoolHint(followedSince: since)
        hint = new
        if hasOpenedSpool { await spooler.remember(new) }
    }

    /// Takes up what was remembered of the last time. Where the spool could not be opened at once, it is later than the
    /// first looks: what was history to them may be none.
    private func take(_ remembered: SpoolHint) {
        if hint?.firstOpenedAt == nil { hint = remembered }
        if let first = opening?.firstOpenedAt, !isProvisional, let last = remembered.firstOpenedAt, last != first {
            return
        }
        owners.merge(remembered.owners) { now, _ in now }
        guard let opening else { return }
        if isProvisional {
            followedSince = remembered.followedSince
            return begin(at: remembered.opening, isProvisional: true)
        }
        let since = remembered.followedSince(opening)
        guard since < followedSince else { return }
        followedSince = since
        decided = []
        isSurveyDue = true
    }

    private func begin(at opening: SourceOpening, isProvisional: Bool) {
        underway = nil
        self.opening = opening
        self.isProvisional = isProvisional
        known = Dictionary(opening.files.map { ($0.fileID, $0) }) { first, _ in first }
        // Of another database the ids mean nothing.
        if let first = hint?.firstOpenedAt, !isProvisional, first != opening.firstOpenedAt { owners = [:] }
        decided = []
        (marks, wantedMarks) = ([:], [])
        // What grows stays; what does not is looked at anew, copies as they are open, since they may be deleted by now.
        let copies = logs.filter { !$0.isLive }
        logs.removeAll { !$0.isLive }
        for log in copies { remember(spooled: log) }
        for log in logs {
            if attempt(log, { try isCut(log) }) ?? false {
                log.standing = .unidentified
                perform(watch.noteCut(log.key), now: time.elapsed())
            } else {
                resume(log)
            }
        }
        lookedAt = nil
        look()
        for copy in copies {
            guard case .file(let file, _)? = copy.source, let source = copy.source else { continue }
            attempt(copy) { try examine(source, file, named: copy.name) }
        }
        survey(time.elapsed())
        followSpooled()
        order()
    }

    /// Puts a log that was read before at the database's position.
    private func resume(_ log: FollowedLog) {
        let fileID = log.known?.fileID
        log.standing = .unidentified
        log.reader = nil
        log.wake()
        log.place = ReadingPlace(position: 0, head: log.place.head, tail: [])
        guard let fileID, let file = known[fileID] else { return }
        do {
            if try !resume(log, at: file) {
                note(CollectorError.positionMismatch(name: log.name, position: file.position), on: log.key)
            }
        } catch {
            note(error, on: log.key)
        }
    }

    /// Goes on with a log where it was counted to, if it still is what was read.
    func resume(_ log: FollowedLog, at file: KnownFile) throws -> Bool {
        let place = try log.place(at: file.position)
        let fingerprint = file.fingerprint
        let head = place.head.prefix(Int(fingerprint.headLength))
        guard head.count == Int(fingerprint.headLength), ReadingPlace.hash(head) == fingerprint.headHash else {
            return false
        }
        if place.tail.isEmpty {
            guard file.position == 0 || !log.isLive else { return false }
        } else {
            let tail = place.tail.suffix(Int(fingerprint.tailLength))
            guard ReadingPlace.hash(tail) == fingerprint.tailHash else { return false }
        }
        log.place = place
        log.hash = ContentHash(file)
        log.standing = .known(file)
        owners[log.key] = file.fileID
        log.reader = reader(for: log, state: file.parserState)
        status.say("\(log) is known as \(file.fileID)")
        committed[log.key] = isProvisional ? nil : file.position
        return true
    }

    func reader(for log: FollowedLog, state: [UInt8]) -> LogFormat.AnyReader {
        settings.format.reader(
            context: LogFormat.Context(fileModifiedAt: log.modifiedAt, zone: settings.zone),
            state: state
        )
    }
}
