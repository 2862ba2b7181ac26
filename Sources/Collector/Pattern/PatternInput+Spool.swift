import MailEvents
import SystemPackage

/// While the database is away, what the files hold goes to the spool, as with a log that is followed: then whoever
/// tidies up may remove them. When it is back, what the spool has is counted first, and taken out of it; only then are
/// the files read on. So nothing in the spool ever begins otherwise than the database remembers it.
extension PatternInput {
    /// Files that are read from the spool at a time.
    private static let spooledAtATime = 4

    /// Whether what the files hold has to be made safe: the database cannot be written to, and nobody asks for batches. Who
    /// asks has opened it again, though it has taken nothing yet.
    private var isAway: Bool {
        isProvisional || isWriterAway && steppedAt.map { time.elapsed() - $0 > .seconds(1) } ?? true
    }

    /// What is in the spool comes before the files.
    var isCatchingUp: Bool { isSpooling || !spooled.isEmpty || !emptied.isEmpty }

    func setWriterAway(_ isAway: Bool) async {
        isWriterAway = isAway
        if isAway { await remember() }
    }

    func maintain() async {
        while !Task.isCancelled {
            let isBehind = await keepUp()
            // A cancelled sleep ends the loop by its condition.
            try? await time.sleep(isBehind ? .milliseconds(1) : .milliseconds(100))
        }
    }

    /// One round of what goes on whatever the database does.
    ///
    /// - Returns: whether there is more to spool at once.
    private func keepUp() async -> Bool {
        // Files that appear are opened though the database is away: an open one can be read when its name is gone.
        look()
        if opening == nil, isWriterAway || time.elapsed() - startedAt > .seconds(2) { await attachProvisionally() }
        guard hasOpenedSpool else { return false }
        let problem = await empty()
        let targets = isAway ? spoolTargets() : []
        isSpooling = !targets.isEmpty
        let report = await spooler.write(targets, committed: [:])
        isSpooling = false
        status.set((problem ?? report.problem).map { "\($0)" }, of: .spool)
        take(report, of: targets)
        if time.elapsed() - (rememberedAt ?? .zero) > .seconds(60) { await remember() }
        return report.isBehind
    }

    /// Takes out of the spool what is counted.
    private func empty() async -> CollectorError? {
        for key in emptied {
            do {
                try await spooler.forget(key)
                emptied.remove(key)
            } catch {
                return error as? CollectorError
            }
        }
        return nil
    }

    /// Takes possession of the spool. Without it the files are read all the same, and it is tried again when the source
    /// is opened anew.
    func openSpool() async {
        guard !hasOpenedSpool else { return }
        do {
            let found = try await spooler.open()
            guard !hasOpenedSpool else { return }
            hasOpenedSpool = true
            for log in found.logs { spooled[log.key] = SpooledFile(log) }
            hint = found.hint ?? hint
            status.set(nil, of: .spool)
        } catch {
            status.set("\(error)", of: .spool)
        }
    }

    /// Without the database, begins with what this collector remembers of it: what is new goes to the spool.
    private func attachProvisionally() async {
        await openSpool()
        // Meanwhile the database may have come.
        guard opening == nil else { return }
        let hint = hint ?? SpoolHint(followedSince: time.wall())
        self.hint = hint
        begin(at: hint.opening, since: max(hint.followedSince, hint.readUpTo ?? .min), isProvisional: true)
        if hasOpenedSpool { await spooler.remember(hint) }
    }

    /// Leaves beside the spool what the database knows now.
    func remember() async {
        guard let opening, !isProvisional, hasOpenedSpool else { return }
        rememberedAt = time.elapsed()
        let files = known.values.sorted { $0.fileID > $1.fileID }
        let now = SourceOpening(files: files, firstOpenedAt: opening.firstOpenedAt)
        var new = SpoolHint(now, followedSince: hint?.followedSince(opening) ?? opening.firstOpenedAt, owners: [:])
        new.readUpTo = countedUpTo
        hint = new
        await spooler.remember(new)
    }
}

extension PatternInput {
    private func spoolTargets() -> [SpoolTarget] {
        files.compactMap { file in
            guard case .file = file.source, let start = attempt(file, { try spoolStart(of: file) }) ?? nil else {
                return nil
            }
            return SpoolTarget(
                key: file.spoolKey,
                name: file.path.string,
                source: file.source,
                isLive: file.compression == .none,
                head: [],
                start: max(0, start - Int64(ReadingPlace.window)),
                upTo: .max,
                isUrgent: true,
                modifiedAt: file.facts.modifiedAt
            )
        }
    }

    /// From where on a file has to be spooled: what is before that is counted. nil: nothing of it.
    private func spoolStart(of file: PatternFile) throws -> Int64? {
        if file.spooling == .undecided { file.spooling = try spooling(of: file) }
        if case .from(let start) = file.spooling { return start }
        return nil
    }

    private func spooling(of file: PatternFile) throws -> PatternFile.Spooling {
        switch file.standing {
        case .known(let known): return .from(known.position)
        case .new, .registering: return .from(0)
        case .unidentified, .asked:
            guard try file.tellCompression() || isOver(file) else { return .undecided }
            let kept = spooled.map { key, file in
                FamiliarLog(memory: .local(key), position: file.end, fingerprint: file.fingerprint)
            }
            switch try file.verdict(LogMatcher(familiar: kept + known.values.map { FamiliarLog($0) })) {
            case .empty: return .undecided
            case .shortened: return .nothing
            case .same(.local(let key)):
                // Spooled before this process began, or before it was let go of: it goes on where that ends.
                file.spoolKey = key
                return .from(0)
            case .same(.database(let id)): return .from(known[id]?.position ?? 0)
            case .stranger: return .from(0)
            }
        }
    }

    private func take(_ report: SpoolReport, of targets: [SpoolTarget]) {
        status.update { $0.spoolBytes = report.bytes }
        guard isAway else {
            // Meanwhile the database came back: these files are open, and read on themselves.
            for target in targets where spooled[target.key] == nil { emptied.insert(target.key) }
            return
        }
        for target in targets {
            guard let end = report.ends[target.key], spooled[target.key].map({ $0.end < end }) ?? (end > target.start)
            else { continue }
            spooled[target.key] = SpooledFile(name: target.name, modifiedAt: target.modifiedAt, end: end)
            files.first { $0.isFromSpool && $0.spoolKey == target.key }?.grow(to: end)
        }
        let onDisk = files.filter { !$0.isFromSpool }
        for file in onDisk where report.cut.contains(file.spoolKey) {
            attempt(file) { try beginAnew(file, time.elapsed()) }
        }
        for file in onDisk where report.finished.contains(file.spoolKey) { closeSpooled(file) }
    }

    /// Makes room for others: all of the file is in the spool, and no more is to be expected.
    private func closeSpooled(_ file: PatternFile) {
        guard isOver(file) || isQuiet(file, settings.quiet) else { return }
        attempt(file) {
            if let end = spooled[file.spoolKey]?.end {
                spooled[file.spoolKey]?.fingerprint = try file.place(at: end).fingerprint()
            }
            letGo(file)
        }
    }
}

extension PatternInput {
    /// Opens what is in the spool, the oldest first.
    func openSpooled() {
        let open = files.filter(\.isFromSpool).map(\.spoolKey)
        guard open.count < Self.spooledAtATime else { return }
        let next = spooled.filter { !open.contains($0.key) }
            .sorted { ($0.value.modifiedAt, $0.value.name) < ($1.value.modifiedAt, $1.value.name) }
        for (key, file) in next.prefix(Self.spooledAtATime - open.count) {
            files.append(PatternFile(key, file, in: settings.spool.folder, now: time.elapsed()))
        }
    }

    /// Whether a file in the spool has come to its end, and that is no file's which can still be read.
    func isRestOfGoneFile(_ file: PatternFile) -> Bool {
        PathFacts.look(at: file.path) == .missing
            && !files.contains { !$0.isFromSpool && $0.spoolKey == file.spoolKey }
    }

    /// The spool does not hold what comes next of a file: its position moves over that, which is said.
    func passOver(_ file: PatternFile, _ known: KnownFile) throws -> InputStep? {
        guard underway == nil, known.position == file.place.position,
            let next = try file.next(after: known.position), next > known.position
        else { return nil }
        let lost = CollectorError.bytesLost(name: file.path.string, from: known.position, to: next)
        status.set("\(lost)", of: .loss)
        file.place.jump(to: next)
        file.hash = nil
        var batch = EventBatch(fileID: known.fileID, from: known.position, fingerprint: file.place.fingerprint())
        batch.to = next
        batch.parserState = file.reader?.state ?? known.parserState
        return .batch(batch)
    }

    /// Lets go of what is in the spool of a file, once it is counted. A half line at its end is the file's to tell, if
    /// that is still there.
    func dropSpooled(_ file: PatternFile) {
        if let problem = file.problem {
            guard isQuiet(file, settings.watch.patience) else { return }
            status.set("\(problem): its rest is given up", of: .loss)
            return letGo(file)
        }
        if file.hasRest, isOver(file) {
            file.hasRest = false
            file.endSize = nil
            return
        }
        switch file.standing {
        case .asked, .registering: return
        case .unidentified, .new:
            if !file.isCopy { letGo(file) }
        case .known(let known):
            guard known.position == file.place.position, underway?.key != file.key else { return }
            // A gap is passed over when all before it is counted.
            let next = attempt(file) { try file.next(after: known.position) } ?? nil
            guard let next, next > known.position, !file.hasRest else { return letGo(file) }
            file.endSize = nil
        }
    }
}
