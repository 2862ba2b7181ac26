import Dispatch
import Glibc
import SystemPackage

/// Keeps a source's spool: appends what is read of its logs, makes it safe where that is urgent, removes what is old.
/// Works on its own thread, off the path of commits.
actor Spooler {
    /// Bytes that one call moves at most, so that calls stay short.
    private static let slice = 16 << 20

    private let executor: QueueExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    let settings: SpoolSettings
    private let time: TimeSource
    private var lock: FolderLock?
    private let compressor = FrameCompressor()
    private let buffer: SpoolBuffer
    private var intakes: [FileKey: SpoolIntake] = [:]
    private var lastWrite: [FileKey: Duration] = [:]
    private var bytes: Int64 = 0
    private var retiredAt: Duration?

    init(settings: SpoolSettings, time: TimeSource) {
        self.settings = settings
        self.time = time
        self.executor = QueueExecutor(label: "mailmill.spool")
        self.buffer = SpoolBuffer(count: SpoolFrameHead.maximumLength)
    }

    private var folder: SpoolFolder { settings.folder }

    /// Takes possession of the spool, cuts off torn ends, and says what it holds.
    func open() throws -> (logs: [SpooledLog], hint: SpoolHint?) {
        if lock == nil {
            try SpoolFile.makeFolder(folder.path)
            try SpoolFile.syncFolder(folder.path.removingLastComponent())
            lock = try FolderLock(folder.path)
        }
        bytes = try candidates().reduce(0) { $0 + $1.size }
        return (try folder.keys().compactMap { try recover($0) }, SpoolHint.read(folder.hintPath))
    }

    /// Lets go of the spool.
    func close() {
        intakes = [:]
        lock = nil
    }

    private func recover(_ key: FileKey) throws -> SpooledLog? {
        guard let log = try SpoolLog(continuing: key, folder: folder, compressor: compressor) else {
            try SpoolFolder.removeFolder(folder.folder(of: key))
            return nil
        }
        let content = SpoolContent(folder: folder, key: key)
        guard let segment = try folder.segments(of: key).last, let head = try folder.read(segment, of: key)?.head,
            try content.start() < log.end
        else { return nil }
        let place = try ReadingPlace(at: log.end, in: content)
        return SpooledLog(
            place: place,
            key: key,
            name: head.name,
            start: try content.start(),
            modifiedAt: head.modifiedAt
        )
    }

    /// Appends what the targets have, each as far as it says.
    ///
    /// - Parameter committed: how far each log is counted in the database.
    func write(_ targets: [SpoolTarget], committed: [FileKey: Int64]) -> SpoolReport {
        var report = SpoolReport()
        let keys = Set(targets.map(\.key))
        intakes = intakes.filter { keys.contains($0.key) }
        lastWrite = lastWrite.filter { keys.contains($0.key) }
        var left = Spooler.slice
        for target in targets {
            do {
                try write(target, committed: committed, left: &left, into: &report)
            } catch let error as CollectorError {
                report.problem = report.problem ?? error
            } catch {
                report.problem = .command(name: "spool", reason: String(describing: error))
            }
            if let log = intakes[target.key]?.log { report.ends[target.key] = log.end }
        }
        report.isBehind = left <= 0
        do {
            try retireIfDue(committed)
        } catch {
            report.problem = report.problem ?? error as? CollectorError
        }
        report.bytes = bytes
        return report
    }

    private func write(
        _ target: SpoolTarget,
        committed: [FileKey: Int64],
        left: inout Int,
        into report: inout SpoolReport
    ) throws {
        let intake = try intake(for: target)
        guard target.isUrgent || isDue(intake.log, target) else { return }
        let limit = target.upTo
        while left > 0 {
            try makeRoom(committed)
            let before = intake.log.written
            defer { bytes += intake.log.written - before }
            let step = try intake.step(buffer.bytes, upTo: limit)
            if case .appended(let count) = step {
                left -= count
                continue
            }
            switch step {
            case .appended: break
            case .atEnd: report.finished.insert(target.key)
            case .cut:
                report.cut.append(target.key)
                intakes[target.key] = nil
            }
            break
        }
        lastWrite[target.key] = time.elapsed()
        if target.isUrgent { try intake.log.sync() }
    }

    /// Removes what is spooled of a log, for one that is not kept once it is counted.
    func forget(_ key: FileKey) throws {
        intakes[key] = nil
        for segment in try folder.segments(of: key) {
            guard case .file(let facts) = PathFacts.look(at: segment.path) else { continue }
            try SpoolFolder.remove(segment.path)
            bytes -= facts.size
        }
        try SpoolFolder.removeFolder(folder.folder(of: key))
        try SpoolFile.syncFolder(folder.path)
    }

    /// While all is well, small pieces are gathered to larger frames.
    private func isDue(_ log: SpoolLog, _ target: SpoolTarget) -> Bool {
        guard target.upTo > log.end else { return false }
        if target.upTo - log.end >= settings.lag { return true }
        guard let last = lastWrite[target.key] else {
            lastWrite[target.key] = time.elapsed()
            return false
        }
        return time.elapsed() - last >= settings.lagTime
    }

    private func intake(for target: SpoolTarget) throws -> SpoolIntake {
        if intakes[target.key]?.log.isGone == true { intakes[target.key] = nil }
        if let intake = intakes[target.key], intake.reads(target) { return intake }
        let log = try intakes[target.key]?.log ?? log(for: target)
        let spooled = SpoolContent(folder: folder, key: target.key)
        let intake = try SpoolIntake(target, log: log, spooled: spooled)
        intakes[target.key] = intake
        return intake
    }

    private func log(for target: SpoolTarget) throws -> SpoolLog {
        if let log = try SpoolLog(continuing: target.key, folder: folder, compressor: compressor) { return log }
        let head = SpoolSegmentHead(
            key: target.key,
            first: target.start,
            modifiedAt: target.modifiedAt,
            logHead: [],
            name: target.name
        )
        return SpoolLog(folder: folder, compressor: compressor, head: head)
    }
}

extension Spooler {
    /// Makes room by what is committed; what is not stays, and then no more is read.
    private func makeRoom(_ committed: [FileKey: Int64]) throws {
        let wanted = bytes + Int64(SpoolFrameHead.maximumLength) - settings.limit
        guard wanted > 0 else { return }
        for intake in intakes.values where intake.log.end <= committed[intake.log.key] ?? -1 {
            try intake.log.seal()
        }
        try retire(committed, excess: wanted)
        guard bytes + Int64(SpoolFrameHead.maximumLength) <= settings.limit else {
            throw CollectorError.spoolFull(path: folder.path.string, limit: settings.limit)
        }
    }

    private func retireIfDue(_ committed: [FileKey: Int64]) throws {
        let now = time.elapsed()
        if let retiredAt, now - retiredAt < settings.retention { return }
        retiredAt = now
        try retire(committed, excess: bytes - settings.limit)
    }

    private func retire(_ committed: [FileKey: Int64], excess: Int64) throws {
        let all = try candidates()
        bytes = all.reduce(0) { $0 + $1.size }
        let keep = settings.keep.components.seconds * 1_000_000
        let expired = SpoolRetention.expired(
            all,
            committed: committed,
            excess: excess,
            oldest: time.wall() - keep
        )
        for candidate in expired {
            try SpoolFolder.remove(candidate.segment.path)
            bytes -= candidate.size
            try SpoolFolder.removeFolder(folder.folder(of: candidate.key))
        }
    }

    private func candidates() throws -> [SpoolRetention.Candidate] {
        var candidates: [SpoolRetention.Candidate] = []
        for key in try folder.keys() {
            let segments = try folder.segments(of: key)
            for (index, segment) in segments.enumerated() {
                guard case .file(let facts) = PathFacts.look(at: segment.path) else { continue }
                let isLast = index == segments.count - 1
                let end = isLast ? try end(of: segment, key) : segments[index + 1].first
                candidates.append(
                    SpoolRetention.Candidate(
                        key: key,
                        segment: segment,
                        size: facts.size,
                        end: end,
                        writtenAt: facts.modifiedAt,
                        isOpen: isLast && intakes[key]?.log.isWriting == true
                    )
                )
            }
        }
        return candidates
    }

    private func end(of segment: SpoolFolder.Segment, _ key: FileKey) throws -> Int64 {
        if let log = intakes[key]?.log { return log.end }
        return try folder.read(segment, of: key)?.end ?? segment.first
    }
}

/// The buffer through which logs go into the spool.
private final class SpoolBuffer {
    let bytes: UnsafeMutableRawBufferPointer

    init(count: Int) {
        bytes = .allocate(byteCount: count, alignment: 16)
    }

    deinit {
        bytes.deallocate()
    }
}
