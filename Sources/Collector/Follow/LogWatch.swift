import SystemPackage

/// Decides what became of the logs that are being followed, from what the kernel says of them at each look. Pure: no
/// file is touched here.
///
/// Not its work: what stands in the files. A log that was cut and has grown past its old size again is found by the
/// reader, which compares bytes, and told with `noteCut`.
struct LogWatch: Sendable {
    /// What is to be done after a look.
    enum Action: Sendable, Equatable {
        /// A log that is not followed yet stands at the path.
        case openPath
        /// The log is no longer what its path names. What was not read yet is still in the open file.
        case rotated(FileKey)
        /// The log is what its path names again.
        case returned(FileKey)
        /// The log, which had this size, was cut: what stands in the file now is another log.
        case cut(FileKey, size: Int64)
        /// The log was written to and has not grown: it may have been cut and have come to the same size again.
        case touched(FileKey)
        /// A log that was renamed away or deleted has been quiet: its last line is whole, even without its line feed.
        case finished(FileKey)
        /// The open file is of no more use.
        case release(FileKey)
        /// The path's state has changed.
        case path(PathProblem?)
    }

    /// Why the path cannot be followed.
    enum PathProblem: Sendable, Equatable {
        case missing
        case other(kind: String)
        case unreadable(Errno)
    }

    struct Watched: Sendable, Equatable {
        var identity: FileIdentity
        var size: Int64
        /// Microseconds since 1970 UTC.
        var modifiedAt: Int64
        /// The log stands at the path.
        var isCurrent: Bool
        /// When the size or the role changed last.
        var changedAt: Duration
        var isFinished = false
    }

    let settings: WatchSettings
    private(set) var files: [FileKey: Watched] = [:]
    private(set) var problem: PathProblem?
    private var absentSince: Duration?

    init(settings: WatchSettings) {
        self.settings = settings
    }

    var current: FileKey? { files.first { $0.value.isCurrent }?.key }

    /// From now on this log is watched.
    mutating func add(_ key: FileKey, _ facts: FileFacts, isCurrent: Bool, now: Duration) {
        files[key] = Watched(
            identity: facts.identity,
            size: facts.size,
            modifiedAt: facts.modifiedAt,
            isCurrent: isCurrent,
            changedAt: now
        )
    }

    mutating func remove(_ key: FileKey) {
        files[key] = nil
    }

    /// One look.
    ///
    /// - Parameters:
    ///   - path: what stands at the path.
    ///   - open: what the kernel says of the open files.
    ///   - settled: logs of which everything is committed and spooled, so that they can be let go.
    mutating func look(
        path: PathFacts,
        open: [FileKey: FileFacts],
        settled: Set<FileKey>,
        now: Duration
    ) -> [Action] {
        var actions: [Action] = []
        var begunAnew: Set<FileIdentity> = []
        for (key, facts) in open.sorted(by: { $0.key.description < $1.key.description }) {
            guard let file = files[key] else { continue }
            if facts.size < file.size {
                actions += cut(key)
                begunAnew.insert(facts.identity)
            } else {
                actions += look(at: key, facts, path: path, now: now)
            }
        }
        actions += release(settled, open, now: now)
        // A log that was cut is open already.
        if case .file(let facts) = path, current == nil, !begunAnew.contains(facts.identity) {
            actions.append(.openPath)
        }
        let seen = state(of: path, now: now)
        if seen != problem {
            problem = seen
            actions.append(.path(seen))
        }
        return actions
    }

    private mutating func look(at key: FileKey, _ facts: FileFacts, path: PathFacts, now: Duration) -> [Action] {
        guard var file = files[key] else { return [] }
        var actions: [Action] = []
        if facts.size > file.size {
            file.size = facts.size
            file.changedAt = now
            file.isFinished = false
        } else if facts.modifiedAt != file.modifiedAt {
            actions.append(.touched(key))
        }
        file.modifiedAt = facts.modifiedAt
        if file.isCurrent, !path.names(facts.identity) {
            file.isCurrent = false
            file.changedAt = now
            actions.append(.rotated(key))
        }
        if !file.isCurrent, path.names(facts.identity) {
            file.isCurrent = true
            file.isFinished = false
            file.changedAt = now
            actions.append(.returned(key))
        }
        if !file.isCurrent, !file.isFinished, now - file.changedAt >= settings.grace {
            file.isFinished = true
            actions.append(.finished(key))
        }
        files[key] = file
        return actions
    }

    /// Lets go of finished logs: those that have been quiet for long, and the oldest where there are many.
    private mutating func release(
        _ settled: Set<FileKey>,
        _ open: [FileKey: FileFacts],
        now: Duration
    ) -> [Action] {
        let finished = files.filter { $0.value.isFinished && settled.contains($0.key) }
            .sorted { ($0.value.changedAt, $0.key.description) < ($1.value.changedAt, $1.key.description) }
        let excess = finished.count - settings.keptFinished
        var actions: [Action] = []
        for (index, (key, file)) in finished.enumerated() {
            let time = open[key]?.links == 0 ? settings.watchDeleted : settings.watchFinished
            guard index < excess || now - file.changedAt >= time else { continue }
            files[key] = nil
            actions.append(.release(key))
        }
        return actions
    }

    /// The reader found other bytes where the log's own were.
    mutating func noteCut(_ key: FileKey) -> [Action] {
        cut(key)
    }

    /// A log that is finished is not begun anew: what changes there is its disposal (logrotate's `shred`).
    private mutating func cut(_ key: FileKey) -> [Action] {
        guard let file = files.removeValue(forKey: key) else { return [] }
        return [file.isFinished ? .release(key) : .cut(key, size: file.size)]
    }

    private mutating func state(of path: PathFacts, now: Duration) -> PathProblem? {
        switch path {
        case .file:
            absentSince = nil
            return nil
        case .other(let kind):
            return .other(kind: kind)
        case .unreadable(let code):
            return .unreadable(code)
        case .missing:
            let since = absentSince ?? now
            absentSince = since
            return now - since >= settings.missingGrace ? .missing : problem
        }
    }
}

extension PathFacts {
    /// Whether the path leads to this file.
    func names(_ identity: FileIdentity) -> Bool {
        if case .file(let facts) = self { return facts.identity == identity }
        return false
    }
}
