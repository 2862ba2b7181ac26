import MailEvents
import SystemPackage

extension LogFollower {
    /// Looks through the folder for rotated copies that hold what was not read: of logs whose files were cut, of logs
    /// that were rotated while nobody looked, and of logs that were born and rotated meanwhile.
    func survey(_ now: Duration) {
        surveyedAt = now
        isSurveyDue = false
        do {
            var problem: (any Error)?
            for sibling in try folder.siblings() where !decided.contains(SiblingStamp(sibling.facts)) {
                do {
                    try examine(sibling.path)
                } catch CollectorError.file(_, _, .noSuchFileOrDirectory) {
                    // Renamed or compressed this moment: found under its new name.
                    isSurveyDue = true
                } catch {
                    problem = error
                }
            }
            status.set(problem.map { "\($0)" }, of: .copies)
        } catch {
            status.set("\(error)", of: .copies)
        }
        order()
    }

    private func examine(_ path: FilePath) throws {
        let (source, file, facts) = try ContentSource.opening(path)
        guard !logs.contains(where: { $0.file.map { isSame($0, facts) } ?? false }) else { return }
        try examine(source, file, named: path.string)
    }

    /// Decides whether a copy that is open holds what is to be counted.
    func examine(_ source: ContentSource, _ file: OpenFile, named name: String) throws {
        let facts = try file.facts()
        let content = try source.open()
        let verdict = try LogMatcher(familiar: localFamiliar(but: nil).familiar).verdict(on: content)
        var key = newKey()
        switch verdict {
        case .empty:
            decided.insert(SiblingStamp(facts))
            return
        case .same(.local(let found)), .shortened(.local(let found)):
            if let log = log(found) {
                if log.lost != nil, case .same = verdict {
                    log.read(from: source, content, spool: settings.spool.folder)
                    log.name = name
                    status.say("\(log) has what was cut")
                } else {
                    // A copy of a log that is read from its own file, or one that was made before its last lines.
                    decided.insert(SiblingStamp(facts))
                }
                return
            }
            key = found
        case .stranger, .same, .shortened:
            break
        }
        let log = FollowedLog(key: key, name: name, modifiedAt: facts.modifiedAt)
        log.read(from: source, content, spool: settings.spool.folder)
        switch try worth(of: log, isShortened: verdict == .shortened(.local(key))) {
        case .reading:
            logs.append(log)
            status.say("\(log) has lines that were not counted")
        case .nothing:
            committed[key] = committed[key] ?? log.known?.position
            decided.insert(SiblingStamp(facts))
        case .unclear:
            break
        }
    }

    /// Whether a file is the one with these facts.
    private func isSame(_ file: OpenFile, _ facts: FileFacts) -> Bool {
        // A file of which the system tells nothing is compared by its content.
        (try? file.facts())?.identity == facts.identity
    }

    /// What a copy, or a log in the spool, holds that is to be counted.
    private enum Worth {
        /// Something: it is set to begin there.
        case reading
        case nothing
        /// The database has to be asked first.
        case unclear

        init(_ isWorthReading: Bool) {
            self = isWorthReading ? .reading : .nothing
        }
    }

    private func worth(of log: FollowedLog, isShortened: Bool) throws -> Worth {
        if isShortened {
            guard try !isPart(log, ofSpooled: log.key) else { return .nothing }
            try diverge(log, from: log.key)
            return Worth(try log.holdsAnything(from: log.place.position))
        }
        switch try owner(of: log) ?? log.verdict(knownFamiliar) {
        case .same(.database(let id)):
            // What is imported is the import's to read.
            guard let file = known[id], !file.isImported else { return .nothing }
            committed[log.key] = isProvisional ? nil : file.position
            guard !isFollowed(id), try log.holdsAnything(from: file.position) else { return .nothing }
            return Worth(try resume(log, at: file))
        case .shortened(.database(let id)):
            guard let file = known[id], !isFollowed(id) else { return .nothing }
            guard let marks = marksIfKnown(of: id) else { return .unclear }
            guard try !isPart(log, of: file, marks) else { return .nothing }
            note(loss: .positionMismatch(name: log.name, position: file.position))
            try diverge(log, from: file, marks)
            return Worth(try log.holdsAnything(from: log.place.position))
        case .stranger, .same, .shortened:
            let isHistory = log.modifiedAt <= followedSince
            guard !isHistory || spooled[log.key] != nil else { return .nothing }
            try begin(new: log)
            return .reading
        case .empty:
            return .nothing
        }
    }

    /// The log as which this collector remembers to have registered one, if the database still knows it: ids are given
    /// again where a database is put back to an earlier time. A spool that holds less of a short log than the database
    /// knows cannot show that it is the same, and is taken for it.
    private func owner(of log: FollowedLog) throws -> LogMatcher.Verdict? {
        guard let file = owners[log.key].flatMap({ known[$0] }) else { return nil }
        let head = try log.place(at: 0).head
        let length = Int(file.fingerprint.headLength)
        let isSame = head.count < length || ReadingPlace.hash(head.prefix(length)) == file.fingerprint.headHash
        return isSame ? .same(.database(file.fileID)) : nil
    }

    /// Logs that are nowhere but in the spool: rotated, compressed and deleted while the database was away.
    func followSpooled() {
        isSpoolDue = false
        for spool in keptInSpool where log(spool.key) == nil {
            // What is too short to be told from other logs is the beginning of one that is at hand.
            if logs.contains(where: { $0.familiarPlace.head.starts(with: spool.place.head) && spool.isAllHead }) {
                continue
            }
            let log = FollowedLog(key: spool.key, name: spool.name, modifiedAt: spool.modifiedAt)
            log.read(fromSpool: settings.spool.folder)
            log.spooledEnd = spool.place.position
            do {
                guard try !isReadElsewhere(log) else {
                    isSpoolDeferred = true
                    continue
                }
                guard case .reading = try worth(of: log, isShortened: false) else { continue }
                logs.append(log)
                status.say("\(log) has lines that were not counted, in the spool")
            } catch {
                note(error, on: spool.key)
            }
        }
    }
    /// Whether the log is also read under another key, as copies are that were taken for new logs before the spool was
    /// opened. What the spool has more of it is read when those are counted.
    private func isReadElsewhere(_ spool: FollowedLog) throws -> Bool {
        switch try spool.verdict(matcher(of: logs.filter { $0.known == nil })) {
        case .same, .shortened: return true
        case .stranger, .empty: break
        }
        // What begins like a known log and then differs is looked up in the database.
        if case .same = try spool.verdict(matcher(of: logs.filter { $0.known != nil })) { return true }
        return false
    }

    /// By the logs that are read from their beginning.
    private func matcher(of logs: [FollowedLog]) -> LogMatcher {
        let whole = logs.filter { log in
            switch log.standing {
            case .new(nil), .registering(nil), .known: isDistinct(log.familiarPlace.head)
            case .new, .registering, .unidentified: false
            }
        }
        return LogMatcher(familiar: whole.map { FamiliarLog($0.key, at: $0.familiarPlace) })
    }
}
