package import MailEvents
import SystemPackage

/// Counts archived logs, the newest first, each exactly once: a file that was imported or followed before is known by
/// its content. Its position stands in the database, so that an import that was killed goes on where it was.
package struct ArchiveImport: Sendable {
    /// The name of the source under which a node's imports are counted.
    package static let sourceName = "import"

    private let source: SourceDescription
    private let writer: any BatchWriter
    private let time: TimeSource
    private let isFullSpeed: Bool
    private let tell: @Sendable (ImportProgress) -> Void

    /// - Parameters:
    ///   - isFullSpeed: do not wait for what is collected live.
    ///   - tell: hears of every step.
    package init(
        node: String,
        format: LogFormat,
        writer: any BatchWriter,
        time: TimeSource = .system,
        isFullSpeed: Bool = false,
        tell: @escaping @Sendable (ImportProgress) -> Void = { _ in }
    ) {
        self.source = SourceDescription(node: node, name: ArchiveImport.sourceName, format: format)
        self.writer = writer
        self.time = time
        self.isFullSpeed = isFullSpeed
        self.tell = tell
    }

    /// Imports files one after the other.
    ///
    /// - Throws: what the writer throws at the first opening, and `CancellationError`. Later the database is waited for.
    package func run(_ files: [ArchiveFile]) async throws -> [ImportOutcome] {
        let files = files.sorted { ($0.modifiedAt, $0.path.string) > ($1.modifiedAt, $1.path.string) }
        var progress = ImportProgress()
        progress.totalBytes = files.reduce(0) { $0 + $1.size }
        _ = try await writer.open(source)
        var outcomes: [ImportOutcome] = []
        for file in files {
            progress.file = file.path.string
            let before = progress.doneBytes
            outcomes.append(try await read(file, &progress))
            progress.doneBytes = before + file.size
            tell(progress)
        }
        return outcomes
    }

    /// Reads a file to its end, however often the connection is lost.
    private func read(_ file: ArchiveFile, _ progress: inout ImportProgress) async throws -> ImportOutcome {
        var outcome = ImportOutcome(file: file.path.string, result: .alreadyCounted)
        var sent: SentBatch?
        var backOff = BackOff()
        let before = progress.doneBytes
        while true {
            do {
                try await readOn(file, from: before, &progress, &sent, &outcome)
                return outcome
            } catch let error as CancellationError {
                throw error
            } catch let error as CollectorError {
                outcome.result = .failed(reason: "\(error)")
                return outcome
            } catch {
                progress.waiting = error is PositionConflict ? nil : "\(error)"
                tell(progress)
                try await time.sleep(backOff.next(random: Double.random(in: 0..<1)))
            }
        }
    }

    private func readOn(
        _ file: ArchiveFile,
        from before: Int64,
        _ progress: inout ImportProgress,
        _ sent: inout SentBatch?,
        _ outcome: inout ImportOutcome
    ) async throws {
        let opening = try await writer.open(source)
        if let batch = sent, batch.isCounted(opening.files) { outcome.add(batch) }
        sent = nil
        var identity = try await file.identify(opening.files)
        if case .shorter(let known) = identity {
            identity = try await file.compare(try await writer.marks(of: known.fileID), of: known)
        }
        switch identity {
        case .counted, .shorter:
            return
        case .different(let name, let position):
            outcome.result = .failed(
                reason: "it begins like \(name), of which \(position) bytes are counted, and then differs from it"
            )
            return
        case .known(let known):
            try await file.begin(at: known)
        case .new(let fingerprint):
            try await file.begin(at: try await writer.register(name: file.path.string, fingerprint: fingerprint))
        }
        var pace = ImportPace(isFull: isFullSpeed)
        while let batch = try await file.next() {
            let began = time.elapsed()
            let underway = SentBatch(batch)
            sent = underway
            try await commit(batch, &progress)
            sent = nil
            outcome.add(underway)
            await file.giveBack(batch)
            let pause = pace.pause(after: time.elapsed() - began)
            progress.doneBytes = before + (await file.bytesRead)
            progress.waiting = pause.reason
            tell(progress)
            try await time.sleep(pause.duration)
        }
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
                try await time.sleep(backOff.next(random: Double.random(in: 0..<1)))
            }
        }
    }
}
