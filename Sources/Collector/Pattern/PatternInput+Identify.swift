import MailEvents
import SystemPackage

extension PatternInput {
    /// Tells which known file a file is, once something stands in it.
    ///
    /// - Returns: what the database is to be asked, if that is needed.
    func identify(_ file: PatternFile) throws -> InputStep? {
        guard try file.tellCompression() || isOver(file) else {
            file.endSize = file.facts.size
            file.hasRest = file.facts.size > 0
            return nil
        }
        let head = try file.head()
        guard head.isEmpty || isOver(file) || settings.format.isDistinct(head: head) else {
            // Half a stamp begins every log of the day.
            file.endSize = file.facts.size
            file.hasRest = true
            return nil
        }
        switch try file.verdict(LogMatcher(familiar: familiar(to: file).map { FamiliarLog($0) })) {
        case .empty:
            file.endSize = file.facts.size
            if file.isSealed { letGo(file) }
        case .same(.database(let id)):
            guard let known = familiar(to: file).first(where: { $0.fileID == id }) else { return nil }
            file.isCopy = files.contains { $0.known?.fileID == id && $0.isFromSpool == file.isFromSpool }
            guard !file.isCopy else {
                // Of one that is being read: when that is let go of, it is told whether this one holds more.
                file.endSize = file.facts.size
                file.retryAt = time.elapsed() + .seconds(1)
                return nil
            }
            try resume(file, at: known)
        case .shortened(.database(let id)):
            // A copy that is not complete yet, and is looked at again when it has grown; or what was read is not there.
            if let known = known[id], file.compression == .none, file.facts.size > known.position {
                let mismatch = CollectorError.positionMismatch(name: file.path.string, position: known.position)
                status.set("\(mismatch): what stands there now is not read", of: .loss)
            }
            letGo(file)
        case .stranger, .same, .shortened:
            guard !hasForgotten || file.candidate != nil else {
                file.standing = .asked
                return .lookUp(file.key, headHashes: ReadingPlace.headHashes(head))
            }
            // One that begins like it is being made known: it may be a copy of that one.
            if files.contains(where: { $0 !== file && $0.isBeingMadeKnown(by: head) }) { return nil }
            begin(file)
        }
        return nil
    }

    /// What the file may be.
    private func familiar(to file: PatternFile) -> [KnownFile] {
        if case .file(let candidate)? = file.candidate { return [candidate] }
        return known.values.sorted { $0.fileID > $1.fileID }
    }

    /// The database has been asked; nil if it knows none.
    func found(_ key: FileKey, _ found: KnownFile?) async {
        guard let file = files.first(where: { $0.key == key }), case .asked = file.standing else { return }
        file.candidate = found.map { .file(known[$0.fileID] ?? $0) } ?? .stranger
        file.standing = .unidentified
    }

    private func resume(_ file: PatternFile, at known: KnownFile) throws {
        file.place = try file.place(at: known.position)
        file.hash = ContentHash(known)
        file.standing = .known(known)
        self.known[known.fileID] = known
        file.reader = reader(for: file, state: known.parserState)
        file.endSize = nil
        status.say("\(file.path) is known as \(known.fileID), read up to byte \(known.position)")
    }

    private func begin(_ file: PatternFile) {
        file.standing = .new
        file.place = ReadingPlace()
        file.hash = ContentHash()
        file.reader = reader(for: file, state: [])
        status.say("\(file.path) is a new file")
    }

    private func reader(for file: PatternFile, state: [UInt8]) -> LogFormat.AnyReader {
        let context = LogFormat.Context(fileModifiedAt: file.facts.modifiedAt, zone: settings.zone)
        return settings.format.reader(context: context, state: state)
    }
}
