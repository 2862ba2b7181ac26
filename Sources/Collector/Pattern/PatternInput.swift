import MailEvents
import SystemPackage

/// Reads the files of a pattern, each from its beginning to its end, the oldest first, and goes on with those that still
/// grow. Works on its own thread.
///
/// A file is known by its content: renamed, compressed or copied it counts once. One that is open is read to its end
/// though its name is gone.
///
/// Here: which files there are. `+Identify` tells whether they are known, `+Reading` makes batches, `+Spool` keeps what
/// they hold while the database is away.
actor PatternInput {
    /// Files that were complete so long before the source was opened for the first time are history: clocks differ, and
    /// a segment is flushed now and then only.
    static let historyMargin: Int64 = 60_000_000

    private let executor = QueueExecutor(label: "mailmill.pattern")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    let settings: PatternSettings
    let spooler: Spooler
    let time: TimeSource
    let status: SourceStatus
    let buffer = ReadingBuffer(count: 1 << 20)

    private var scan: PatternScan
    private var lookedAt: Duration?
    private var scannedAt: Duration?
    /// Files that wait to be opened.
    private var waiting: [FilePath: PatternScan.Found] = [:]
    /// Open files, the oldest first.
    var files: [PatternFile] = []
    /// Files of which nothing is left to be counted, as long as they stay as they are.
    private var decided: Set<Stamp> = []

    /// What the database knows; nil before the first attachment.
    var opening: SourceOpening?
    /// Files that were complete before are history, or counted.
    private var historyEnd: Int64 = .max
    /// `opening` is a memory of an earlier time: good for spooling, not for batches.
    private(set) var isProvisional = false
    var isWriterAway = false
    /// When a batch was asked for last.
    var steppedAt: Duration?
    /// All that the files held at this time is counted; microseconds since 1970 UTC.
    var countedUpTo: Int64?

    var hasOpenedSpool = false
    /// What is in the spool and not counted.
    var spooled: [FileKey: SpooledFile] = [:]
    /// What is counted, and still to be removed from the spool.
    var emptied: Set<FileKey> = []
    /// Something is being written to the spool.
    var isSpooling = false
    /// What this collector remembers of the last time.
    var hint: SpoolHint?
    var rememberedAt: Duration?
    let startedAt: Duration

    var known: [Int64: KnownFile] = [:]
    /// There may be known files that are not in `known`.
    private(set) var hasForgotten = false
    var underway: BatchUnderway?
    var buffers = BatchBuffers()
    var pause: Duration

    /// The state of a file.
    private struct Stamp: Hashable {
        var identity: FileIdentity
        var size: Int64
        var modifiedAt: Int64

        init(_ facts: FileFacts) {
            identity = facts.identity
            size = facts.size
            modifiedAt = facts.modifiedAt
        }
    }

    init(settings: PatternSettings, time: TimeSource, status: SourceStatus) {
        self.settings = settings
        self.time = time
        self.status = status
        self.scan = PatternScan(settings.pattern)
        self.pause = settings.watch.shortestPause
        self.spooler = Spooler(settings: settings.spool, time: time)
        self.startedAt = time.elapsed()
    }

    /// Begins at the database's positions.
    func attach(_ opening: SourceOpening) async {
        await openSpool()
        let since = hint?.followedSince(opening) ?? opening.firstOpenedAt
        begin(at: opening, since: since, isProvisional: false)
        await remember()
    }

    func begin(at opening: SourceOpening, since: Int64, isProvisional: Bool) {
        underway = nil
        // After a restore to an earlier time everything is compared anew; else what was decided stands.
        let stands = known.values.max { $0.fileID < $1.fileID }.map { newest in
            opening.files.contains { $0.fileID == newest.fileID && $0.position >= newest.position }
        }
        if stands != true || self.isProvisional {
            decided = []
            scannedAt = nil
        }
        self.opening = opening
        self.isProvisional = isProvisional
        historyEnd = since
        hasForgotten = opening.files.count >= settings.filesTold
        known = Dictionary(opening.files.map { ($0.fileID, $0) }) { first, _ in first }
        for file in files { forgetStanding(of: file) }
    }

    /// The file is compared with what is known, again.
    private func forgetStanding(of file: PatternFile) {
        file.standing = .unidentified
        file.candidate = nil
        file.reader = nil
        file.endSize = nil
        file.spooling = .undecided
    }

    /// Looks for files and at those that are open, unless that was done a moment ago.
    func look() {
        let now = time.elapsed()
        if let lookedAt, now - lookedAt < settings.watch.shortestPause { return }
        lookedAt = now
        for file in files where !file.isFromSpool {
            attempt(file) {
                guard try file.look(now: now) else { return }
                try beginAnew(file, now)
            }
        }
        do {
            if scannedAt.map({ now - $0 >= settings.scanInterval }) ?? true {
                scannedAt = now
                try consider(scan.all(), now)
            } else if let found = try scan.new() {
                try consider(found, now)
            }
            status.set(nil, of: .path)
        } catch {
            status.set("\(error)", of: .path)
        }
    }

    private func consider(_ found: [PatternScan.Found], _ now: Duration) throws {
        guard opening != nil else { return }
        for each in found where !decided.contains(Stamp(each.facts)) {
            if let file = files.first(where: { $0.facts.identity == each.facts.identity }) {
                file.path = each.path
                file.isSealed = each.isSealed
            } else if each.facts.modifiedAt + Self.historyMargin < historyEnd {
                decided.insert(Stamp(each.facts))
            } else {
                waiting[each.path] = each
            }
        }
        openWaiting(now)
    }

    /// Opens files that wait, the oldest first, as many as may be open.
    func openWaiting(_ now: Duration) {
        let room = settings.openFiles - files.count { !$0.isFromSpool }
        guard room > 0, !waiting.isEmpty else { return }
        let next = waiting.values.sorted { a, b in
            (a.facts.modifiedAt, a.path.string) < (b.facts.modifiedAt, b.path.string)
        }
        for found in next.prefix(room) {
            waiting[found.path] = nil
            do {
                files.append(try PatternFile(found.path, facts: found.facts, isSealed: found.isSealed, now: now))
            } catch CollectorError.file(_, _, .noSuchFileOrDirectory) {
                // Renamed or removed this moment: found under its new name, or gone before it was ours.
                continue
            } catch {
                status.set("\(error)", of: .log)
            }
        }
        files.sort { ($0.facts.modifiedAt, $0.path.string) < ($1.facts.modifiedAt, $1.path.string) }
    }

    /// Bytes of files that wait, and of what is in the spool and not open.
    var waitingBytes: Int64 {
        let open = files.filter(\.isFromSpool).map(\.spoolKey)
        let inSpool = spooled.reduce(0) { open.contains($1.key) ? $0 : $0 + $1.value.end }
        return waiting.values.reduce(inSpool) { $0 + $1.facts.size }
    }

    /// The file was cut, or written anew: what stands in it now is another one.
    func beginAnew(_ file: PatternFile, _ now: Duration) throws {
        if underway?.key == file.key { underway = nil }
        let new = try PatternFile(file.path, facts: file.facts, isSealed: file.isSealed, now: now)
        status.say("\(file.path) was written anew")
        guard let index = files.firstIndex(where: { $0 === file }) else { return }
        files[index] = new
        // A copy that was taken for one of the file may now be all that is left of what stood in it.
        decided = []
        scannedAt = nil
    }

    /// Nothing is left to be counted in a file as it is, or all of it is in the spool.
    func letGo(_ file: PatternFile) {
        files.removeAll { $0 === file }
        if file.isFromSpool {
            spooled[file.spoolKey] = nil
            emptied.insert(file.spoolKey)
            // The file itself goes on where this has ended.
            for other in files where file.known != nil && other.known?.fileID == file.known?.fileID {
                forgetStanding(of: other)
            }
        } else {
            decided.insert(Stamp(file.facts))
        }
        guard known.count > settings.filesRemembered else { return }
        hasForgotten = true
        let open = Set(files.compactMap(\.known?.fileID))
        for id in known.keys.sorted().prefix(settings.filesRemembered / 2) where !open.contains(id) { known[id] = nil }
    }

    /// Does something with a file; what fails is tried again, and said meanwhile.
    @discardableResult
    func attempt<Result>(_ file: PatternFile, _ body: () throws -> Result) -> Result? {
        do {
            return try body()
        } catch {
            file.problem = "\(error)"
            file.endSize = file.facts.size
            file.retryAt = time.elapsed() + .seconds(5)
            return nil
        }
    }
}
