import MailEvents
import SystemPackage

/// Follows the log at one path: through every rotation, cut and absence, from where the database says, without losing
/// or doubling a line. Works on its own thread.
///
/// Here: what is followed, and the looks at it. `+Attach` begins at the database's positions, `+Identify` and
/// `+Survey` tell logs apart, `+Reading` makes batches, `+Spool` says what has to be spooled.
actor LogFollower {
    /// How long a loss is shown.
    private static let lossShown: Duration = .seconds(3600)
    /// Microseconds that the kernel's stamps of files may lag behind its clock, and more.
    static let stampLag: Int64 = 20_000

    private let executor = QueueExecutor(label: "mailmill.follow")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    let settings: FollowSettings
    let folder: LogFolder
    let spooler: Spooler
    let time: TimeSource
    let status: SourceStatus
    let buffer = ReadingBuffer(count: 1 << 20)

    var watch: LogWatch
    /// What is being read, the oldest first; the log at the path last.
    var logs: [FollowedLog] = []
    /// Logs in the spool that are not being read.
    var spooled: [FileKey: SpooledLog] = [:]
    /// The ids under which logs were registered, as this collector remembers.
    var owners: [FileKey: Int64] = [:]
    /// What this collector remembers of the last time.
    var hint: SpoolHint?
    /// Copies that were modified later are new, older ones are history.
    var followedSince: Int64 = .max
    /// How far logs are counted, for the spool's retention.
    var committed: [FileKey: Int64] = [:]
    /// Hashes of the beginnings of files that something shorter begins like, by the files' ids; since the database was
    /// opened. Nil: they are asked for.
    var marks: [Int64: [ContentMark]?] = [:]
    /// Files whose marks are to be asked for.
    var wantedMarks: Set<Int64> = []
    /// Copies of which it is decided that they hold nothing new.
    var decided: Set<SiblingStamp> = []

    /// What the database knows; nil before the first attachment.
    var opening: SourceOpening?
    var known: [Int64: KnownFile] = [:]
    /// `opening` is a memory of an earlier time: good for spooling, not for batches.
    var isProvisional = false
    var isWriterAway = false
    var hasOpenedSpool = false
    var spoolTriedAt: Duration?

    var underway: BatchUnderway?
    var buffers = BatchBuffers()
    var pause: Duration
    var lookedAt: Duration?
    var surveyedAt: Duration?
    var isSurveyDue = true
    /// A log is perhaps nowhere but in the spool.
    var isSpoolDue = false
    /// So is one that is also read from elsewhere, which comes first.
    var isSpoolDeferred = false
    var problems: [FileKey: String] = [:]
    var lossSaidAt: Duration?
    var rememberedAt: Duration?
    var spoolProblem: CollectorError?
    let startedAt: Duration
    let newKey: @Sendable () -> FileKey

    /// - Parameter newKey: names a log that was never met before.
    init(
        settings: FollowSettings,
        spooler: Spooler,
        time: TimeSource,
        status: SourceStatus,
        newKey: @escaping @Sendable () -> FileKey = { FileKey() }
    ) {
        self.settings = settings
        self.folder = LogFolder(path: settings.path, elsewhere: settings.rotatedTo)
        self.spooler = spooler
        self.time = time
        self.status = status
        self.watch = LogWatch(settings: settings.watch)
        self.pause = settings.watch.shortestPause
        self.startedAt = time.elapsed()
        self.newKey = newKey
    }

    /// The state of a copy: as long as it is the same, it needs no second look.
    struct SiblingStamp: Hashable {
        var identity: FileIdentity
        var size: Int64
        var modifiedAt: Int64

        init(_ facts: FileFacts) {
            identity = facts.identity
            size = facts.size
            modifiedAt = facts.modifiedAt
        }
    }

    func log(_ key: FileKey) -> FollowedLog? {
        logs.first { $0.key == key }
    }

    /// Looks at the path and the open files, unless that was done a moment ago, and does what follows from it.
    func look() {
        let now = time.elapsed()
        if let lookedAt, now - lookedAt < settings.watch.shortestPause { return }
        lookedAt = now
        let facts = factsOfLive(now)
        let path = PathFacts.look(at: settings.path)
        perform(watch.look(path: path, open: facts, settled: settled(), now: now), now: now)
        guard opening != nil else { return }
        noteClock()
        for log in logs {
            if case .unidentified = log.standing, log.isLive { attempt(log) { try identify(log) } }
        }
        if isSurveyDue(now) { survey(now) }
        if let lossSaidAt, now - lossSaidAt > LogFollower.lossShown { status.set(nil, of: .loss) }
    }

    /// A clock that was put back stamps what comes now as if it were older than the first look: it is no history.
    private func noteClock() {
        let now = time.wall() - LogFollower.stampLag
        guard now < followedSince else { return }
        followedSince = now
        decided = []
        isSurveyDue = true
    }

    /// What the kernel says of the open files. One that has grown may have been cut before that: this is told first, so that
    /// nothing of another log is read as its own.
    private func factsOfLive(_ now: Duration) -> [FileKey: FileFacts] {
        var all: [FileKey: FileFacts] = [:]
        for log in logs {
            guard let file = log.live else { continue }
            do {
                let facts = try file.facts()
                if let size = watch.files[log.key]?.size, facts.size > size, try isCut(log) {
                    perform(watch.noteCut(log.key), now: now)
                } else {
                    all[log.key] = facts
                    log.modifiedAt = facts.modifiedAt
                }
            } catch {
                note(error, on: log.key)
            }
        }
        return all
    }

    private func isSurveyDue(_ now: Duration) -> Bool {
        guard !isSurveyDue, let surveyedAt else { return true }
        let isSearching = logs.contains { $0.lost != nil }
        return now - surveyedAt >= (isSearching ? .seconds(1) : settings.watch.surveyInterval)
    }

    func perform(_ actions: [LogWatch.Action], now: Duration) {
        for action in actions {
            switch action {
            case .openPath:
                openPath(now)
            case .rotated(let key):
                log(key).map { status.say("\($0) is no longer at its path: reading its rest") }
                log(key)?.wake()
                isSurveyDue = true
            case .returned(let key):
                log(key)?.wake()
            case .touched(let key):
                compare(key, now)
            case .finished(let key):
                log(key)?.wake()
            case .cut(let key, let size):
                begin(anew: key, size: size, now)
            case .release(let key):
                release(key)
            case .path(let problem):
                status.set(problem.map { describe($0) }, of: .path)
            }
        }
        if !actions.isEmpty { order() }
    }

    private func openPath(_ now: Duration) {
        do {
            let file = try OpenFile(settings.path)
            let facts = try file.facts()
            let log = FollowedLog(key: newKey(), name: settings.path.string, modifiedAt: facts.modifiedAt)
            log.follow(live: file)
            logs.append(log)
            watch.add(log.key, facts, isCurrent: true, now: now)
            status.say("\(log) is followed")
        } catch {
            // It was there a moment ago: the next look tells what has become of it.
            status.set("\(error)", of: .path)
        }
    }

    /// Looks whether what was read still stands in the file.
    private func compare(_ key: FileKey, _ now: Duration) {
        guard let log = log(key), let file = log.live, let isStill = attempt(log, { try log.place.isStill(in: file) })
        else { return }
        if !isStill { perform(watch.noteCut(key), now: now) }
    }

    /// The file of a log was cut: what stands in it now is another log. What was not read of the old one is in a copy
    /// (logrotate's `copytruncate`), or in the spool.
    private func begin(anew key: FileKey, size: Int64, _ now: Duration) {
        guard let old = log(key), let file = old.live else { return }
        do {
            let facts = try file.facts()
            let isCurrent = PathFacts.look(at: settings.path).names(facts.identity)
            let log = FollowedLog(key: newKey(), name: old.name, modifiedAt: facts.modifiedAt)
            log.isBornOfCut = true
            log.follow(live: file)
            logs.append(log)
            watch.add(log.key, facts, isCurrent: isCurrent, now: now)
        } catch {
            note(error, on: key)
        }
        var isUnidentified: Bool {
            if case .unidentified = old.standing { return true }
            return false
        }
        if size == 0 || isUnidentified {
            // Nothing of it is read: its copy, if there is one, is looked for first, and then its spool.
            if size > 0 { remember(spooled: old) }
            logs.removeAll { $0.key == key }
            isSpoolDue = true
        } else {
            old.read(fromSpool: settings.spool.folder)
            old.lost = (now, size)
        }
        status.say("\(old) was cut at \(size) bytes: what stands there now is a new log")
        // A copy that was taken for one of a log at hand may now be all that is left of it.
        decided = []
        isSurveyDue = true
    }

    private func release(_ key: FileKey) {
        guard let log = log(key) else { return }
        remember(spooled: log)
        logs.removeAll { $0.key == key }
        resumeDeferredSpool()
        status.say("\(log) is read through and let go")
        note(nil, on: key)
    }

    /// What was left in the spool because its log was being read from elsewhere can be looked at.
    func resumeDeferredSpool() {
        if isSpoolDeferred { (isSpoolDeferred, isSpoolDue) = (false, true) }
    }

    /// A log that is not followed any more may still be in the spool.
    func remember(spooled log: FollowedLog) {
        committed[log.key] = log.known?.position ?? committed[log.key]
        guard log.spooledEnd != nil || spooled[log.key] != nil else { return }
        spooled[log.key] = SpooledLog(
            place: log.place,
            key: log.key,
            name: log.name,
            start: spooled[log.key]?.start ?? 0,
            modifiedAt: log.modifiedAt
        )
    }

    /// Takes note of what is wrong with a log, or that it is well.
    func note(_ error: (any Error)?, on key: FileKey) {
        problems[key] = error.map { "\($0)" }
        status.set(problems.values.min(), of: .log)
    }

    /// Does something with a log; takes note if that fails, and tries again a second later.
    @discardableResult
    func attempt<Result>(_ log: FollowedLog, _ body: () throws -> Result) -> Result? {
        do {
            return try body()
        } catch {
            log.retryAt = time.elapsed() + .seconds(1)
            note(error, on: log.key)
            return nil
        }
    }

    /// Says that something is lost. It cannot get well again, so it is shown for a while.
    func note(loss: CollectorError) {
        lossSaidAt = time.elapsed()
        status.set("\(loss)", of: .loss)
    }

    /// The oldest first, the log at the path last.
    func order() {
        let current = watch.current
        logs.sort { a, b in
            if (a.key == current) != (b.key == current) { return b.key == current }
            return a.modifiedAt < b.modifiedAt
        }
    }

    /// Logs of which everything is committed and spooled.
    private func settled() -> Set<FileKey> {
        Set(
            logs.filter { log in
                guard let known = log.known, let size = watch.files[log.key]?.size else { return false }
                let isSpooled = spoolProblem != nil || log.spooledEnd ?? 0 >= size
                return known.position == size && isSpooled
            }.map(\.key)
        )
    }

    private func describe(_ problem: LogWatch.PathProblem) -> String {
        let path = settings.path.string
        switch problem {
        case .missing:
            return "\(path) does not exist: waiting for it"
        case .other(let kind):
            return "\(CollectorError.notRegularFile(path: path, kind: kind))"
        case .unreadable(let code):
            return "\(CollectorError.file(path: path, operation: "read", code: code))"
        }
    }
}

/// The buffer that logs are read through.
final class ReadingBuffer {
    let bytes: UnsafeMutableRawBufferPointer

    init(count: Int) {
        bytes = .allocate(byteCount: count, alignment: 16)
    }

    deinit {
        bytes.deallocate()
    }
}
