package import MailEvents
import SystemPackage

/// Counts archived logs, the newest first, each exactly once: a file that was imported or followed before is known by
/// its content. Its position stands in the database, so that an import that was killed goes on where it was. One file is
/// open at a time, and the database is asked for one at a time, however many are named or known.
package struct ArchiveImport: Sendable {
    /// The name of the source under which a node's imports are counted.
    package static let sourceName = "import"

    private let source: SourceDescription
    private let zone: LocalZone
    private let limits: BatchLimits
    private let writer: any BatchWriter
    private let time: TimeSource
    private let isFullSpeed: Bool
    private let wish: @Sendable () -> ImportWish
    private let tell: @Sendable (ImportProgress) -> Void

    /// - Parameters:
    ///   - zone: of stamps that carry none.
    ///   - isFullSpeed: do not wait for what is collected live.
    ///   - wish: asked before each batch.
    ///   - tell: hears of every step.
    package init(
        node: String,
        format: LogFormat,
        zone: LocalZone,
        limits: BatchLimits = BatchLimits(),
        writer: any BatchWriter,
        time: TimeSource = .system,
        isFullSpeed: Bool = false,
        wish: @escaping @Sendable () -> ImportWish = { .goOn },
        tell: @escaping @Sendable (ImportProgress) -> Void = { _ in }
    ) {
        var source = SourceDescription(node: node, name: ArchiveImport.sourceName, format: format)
        source.filesTold = 0
        self.source = source
        self.zone = zone
        self.limits = limits
        self.writer = writer
        self.time = time
        self.isFullSpeed = isFullSpeed
        self.wish = wish
        self.tell = tell
    }

    /// What became of each file that its turn came to, the newest first. Ends early where that was wished for.
    ///
    /// - Throws: what the writer throws at the first opening, and `CancellationError`. Later the database is waited for.
    package func run(_ files: [ArchiveFacts]) async throws -> [ImportOutcome] {
        let files = files.sorted { ($0.modifiedAt, $0.path.string) > ($1.modifiedAt, $1.path.string) }
        var progress = ImportProgress()
        progress.files = files.count
        progress.totalBytes = files.reduce(0) { $0 + $1.size }
        _ = try await writer.open(source)
        var outcomes: [ImportOutcome] = []
        for file in files {
            progress.file = file.path.string
            tell(progress)
            var course = FileCourse(file, after: progress)
            do {
                try await read(file, &progress, &course)
            } catch is ImportCancelled {
                course.outcome.result = .cancelled
                outcomes.append(course.outcome)
                break
            }
            outcomes.append(course.outcome)
            progress.end(course)
            tell(progress)
        }
        return outcomes
    }

    /// Reads a file to its end, however often the connection is lost.
    private func read(_ facts: ArchiveFacts, _ progress: inout ImportProgress, _ course: inout FileCourse) async throws
    {
        var backOff = BackOff()
        do {
            let file = try ArchiveFile(facts.path, format: source.format, zone: zone, limits: limits, time: time)
            while true {
                do {
                    return try await readOn(file, &progress, &course)
                } catch let error
                    where error is CancellationError || error is ImportCancelled || error is CollectorError
                {
                    throw error
                } catch {
                    progress.waiting = error is PositionConflict ? nil : "\(error)"
                    tell(progress)
                    try await meetWish(&progress)
                    try await time.sleep(backOff.next(random: Double.random(in: 0..<1)))
                }
            }
        } catch let error as CollectorError {
            course.outcome.result = .failed(reason: "\(error)")
        }
    }

    private func readOn(
        _ file: ArchiveFile,
        _ progress: inout ImportProgress,
        _ course: inout FileCourse
    ) async throws {
        _ = try await writer.open(source)
        guard try await begin(file, &course) else { return }
        course.noteBeginning(await file.bytesRead)
        var pace = ImportPace(isFull: isFullSpeed)
        while true {
            try await meetWish(&progress)
            guard let batch = try await next(of: file) else { return }
            let began = time.elapsed()
            let underway = SentBatch(batch)
            course.sent = underway
            try await commit(batch, &progress)
            course.sent = nil
            course.outcome.add(underway)
            await file.giveBack(batch)
            let pause = pace.pause(after: time.elapsed() - began)
            progress.take(course, bytesRead: await file.bytesRead)
            progress.waiting = pause.reason
            tell(progress)
            try await time.sleep(pause.duration)
        }
    }

    /// Tells what the file is, and goes to where it is counted to; false if there is nothing to read.
    private func begin(_ file: ArchiveFile, _ course: inout FileCourse) async throws -> Bool {
        let heads = try await file.headHashes()
        let candidate = heads.isEmpty ? nil : try await writer.lookUp(headHashes: heads)
        if let sent = course.sent, sent.isCounted(candidate) { course.outcome.add(sent) }
        course.sent = nil
        var identity = try await file.identify(candidate)
        if case .shorter(let known) = identity {
            identity = try await file.compare(try await writer.marks(of: known.fileID), of: known)
        }
        switch identity {
        case .counted, .shorter:
            return false
        case .different(let name, let position):
            course.outcome.result = .failed(
                reason: "it begins like \(name), of which \(position) bytes are counted, and then differs from it"
            )
            return false
        case .known(let known):
            try await file.begin(at: known)
        case .new(let fingerprint):
            try await file.begin(at: try await writer.register(name: file.path.string, fingerprint: fingerprint))
        }
        return true
    }

    private func next(of file: ArchiveFile) async throws -> EventBatch? {
        let heads = try await file.partHashes()
        if !heads.isEmpty, let part = try await writer.lookUp(headHashes: heads),
            let batch = try await file.pass(over: part)
        {
            return batch
        }
        return try await file.next()
    }

    /// Commits a batch; waits while no events are taken.
    private func commit(_ batch: EventBatch, _ progress: inout ImportProgress) async throws {
        var backOff = BackOff()
        while true {
            switch try await writer.commit(batch) {
            case .committed: return
            case .conflict: throw PositionConflict()
            case .refused(let reason):
                progress.waiting = reason
                tell(progress)
                try await meetWish(&progress)
                try await time.sleep(backOff.next(random: Double.random(in: 0..<1)))
            }
        }
    }

    /// Waits for as long as it is to rest.
    private func meetWish(_ progress: inout ImportProgress) async throws {
        while true {
            switch wish() {
            case .goOn: return
            case .cancel: throw ImportCancelled()
            case .pause:
                progress.waiting = "paused"
                tell(progress)
                try await time.sleep(.milliseconds(500))
            }
        }
    }
}

/// What somebody wants of an import that runs.
package enum ImportWish: Sendable {
    case goOn
    case pause
    case cancel
}

private struct ImportCancelled: Error {}
