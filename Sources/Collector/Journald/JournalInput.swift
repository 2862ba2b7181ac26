import MailEvents
import SystemPackage

/// Follows journald through `journalctl`. The position counts entries; with it goes the cursor of the last one.
///
/// journald itself is the spool: while the database is away nothing is read, and it is read on from the cursor
/// afterwards. It keeps to its own bounds meanwhile (`SystemMaxUse=`, `MaxRetentionSec=` in journald.conf). When it
/// has deleted entries that were not read, that is said, and reading goes on at the oldest one after them.
actor JournalInput: SourceInput {
    /// Bytes of entries that wait to be read at most; `journalctl` waits then.
    private static let limit = 1 << 20
    /// No entry for this long: all that there are have come. `journalctl` does not tell.
    private static let quiet: Duration = .seconds(1)

    private let executor = QueueExecutor(label: "mailmill.journal")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let settings: JournalSettings
    private let time: TimeSource
    private let status: SourceStatus
    private let key = FileKey()

    private var file: KnownFile?
    private var isAttached = false
    private var isRegistering = false
    /// Counts attachments: a command of an earlier one is ended.
    private var generation = 0
    private var reader: LogFormat.AnyReader?
    private var position: Int64 = 0
    /// The entry read last; empty before the first.
    private var cursor = ""
    /// The first entry of a command is the one read last, if it is still there.
    private var expected: String?
    private var lines = JournalLines()
    private var arrivedAt: Duration?
    private var waiting: CheckedContinuation<Void, Never>?
    private var underway: BatchUnderway?
    private var buffers = BatchBuffers()

    init(settings: JournalSettings, time: TimeSource, status: SourceStatus) {
        self.settings = settings
        self.time = time
        self.status = status
    }

    func attach(_ opening: SourceOpening) async {
        generation += 1
        underway = nil
        isRegistering = false
        file = opening.files.first { !$0.isImported }
        position = file?.position ?? 0
        cursor = file?.cursor ?? ""
        reader = makeReader(file?.parserState ?? [])
        isAttached = true
        restart()
    }

    func step() async -> InputStep {
        guard isAttached else { return idle() }
        if let underway, underway.isDue(settings.limits, now: time.elapsed()) { return close(underway) }
        guard lines.hasEntry else { return idle() }
        skipExpected()
        guard lines.hasEntry else { return idle() }
        guard let file else {
            if isRegistering { return idle() }
            isRegistering = true
            return .register(key, name: status.state.name, ReadingPlace().fingerprint())
        }
        take(of: file)
        if let underway, underway.isDue(settings.limits, now: time.elapsed()) { return close(underway) }
        return idle()
    }

    func flush() async -> EventBatch? {
        guard case .batch(let batch) = underway.map({ close($0) }) else { return nil }
        return batch
    }

    func registered(_ key: FileKey, as file: KnownFile) async {
        self.file = file
        isRegistering = false
    }

    func committed(_ batch: consuming EventBatch) async {
        file?.position = batch.to
        buffers.give(back: batch)
    }

    func setWriterAway(_ isAway: Bool) async {}

    func close() async {
        generation += 1
        restart()
    }
}

extension JournalInput {
    /// Keeps `journalctl` running.
    func maintain() async {
        var backOff = BackOff()
        while !Task.isCancelled {
            let current = generation
            let start = time.elapsed()
            if isAttached {
                await runCommand(current)
            }
            // One that ran for a while did not fail at once.
            if time.elapsed() - start > .seconds(10) { backOff.succeed() }
            let wait =
                generation == current && isAttached ? backOff.next(random: .random(in: 0..<1)) : .milliseconds(20)
            // A cancelled sleep ends the loop by its condition.
            try? await time.sleep(wait)
        }
    }

    /// Runs `journalctl` until it ends, or the source is attached anew.
    private func runCommand(_ current: Int) async {
        restart()
        expected = cursor.isEmpty ? nil : cursor
        let arguments = settings.arguments(from: cursor)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await CommandStream.run(self.settings.program, arguments) { bytes in
                        try await self.take(bytes, of: current)
                    }
                    await self.ended(CollectorError.command(name: "journalctl", reason: "it ended"), current)
                } catch {
                    await self.ended(error, current)
                }
            }
            group.addTask {
                // A cancelled sleep ends the loop by its condition.
                while await self.generation == current, !Task.isCancelled {
                    try? await self.time.sleep(.milliseconds(50))
                }
            }
            await group.next()
            group.cancelAll()
            resumeWaiting()
        }
    }

    private func ended(_ error: any Error, _ current: Int) {
        guard generation == current, !(error is CancellationError), !Task.isCancelled else { return }
        status.set("\(error)", of: .command)
    }

    private func take(_ bytes: [UInt8], of current: Int) async throws {
        guard generation == current else { throw CancellationError() }
        lines.append(bytes)
        arrivedAt = time.elapsed()
        status.set(nil, of: .command)
        guard lines.count > JournalInput.limit else { return }
        await withCheckedContinuation { waiting = $0 }
        try Task.checkCancellation()
    }

    private func resumeWaiting() {
        waiting?.resume()
        waiting = nil
    }

    private func restart() {
        lines.removeAll()
        arrivedAt = time.elapsed()
        resumeWaiting()
    }
}

extension JournalInput {
    private func makeReader(_ state: [UInt8]) -> LogFormat.AnyReader {
        let context = LogFormat.Context(fileModifiedAt: time.wall(), zone: settings.zone)
        return settings.format.reader(context: context, state: state)
    }

    /// Passes over the entry read last. Where another one comes first, entries are gone.
    private func skipExpected() {
        guard let expected else { return }
        self.expected = nil
        var first: String?
        var copy = lines
        _ = copy.take(1) { bytes, last in
            first = JournalLines.cursor(of: UnsafeRawBufferPointer(rebasing: bytes[last]))
        }
        if first == expected {
            lines = copy
            status.set(nil, of: .loss)
        } else {
            status.set("\(CollectorError.journalVacuumed(cursor: expected))", of: .loss)
        }
    }

    /// Reads waiting entries into the batch.
    private func take(of file: KnownFile) {
        guard var reader else { return }
        var current =
            underway
            ?? BatchUnderway(
                key: key,
                batch: buffers.batch(of: file.fileID, from: position, fingerprint: file.fingerprint),
                begunAt: time.elapsed()
            )
        underway = nil
        reader.newestPossible = time.wall() + 86_400_000_000
        let rows = settings.limits.rows - current.batch.events.count - current.batch.unread.count
        let taken = lines.take(max(1, min(rows, 2000))) { bytes, last in
            reader.read(bytes, at: position, counting: .lines, into: &current.batch)
            cursor = JournalLines.cursor(of: UnsafeRawBufferPointer(rebasing: bytes[last])) ?? cursor
        }
        position += Int64(taken)
        current.batch.to = position
        current.batch.cursor = cursor
        self.reader = reader
        underway = current
        if lines.count <= JournalInput.limit / 2 { resumeWaiting() }
    }

    private func close(_ underway: BatchUnderway) -> InputStep {
        self.underway = nil
        return .batch(underway.batch)
    }

    private func idle() -> InputStep {
        status.update { state in
            state.file = settings.folder?.string ?? "journal"
            state.lagBytes = Int64(lines.count)
        }
        let isQuiet = arrivedAt.map { time.elapsed() - $0 >= JournalInput.quiet } ?? false
        let isComplete = isAttached && isQuiet && underway == nil && lines.count == 0
        let readUpTo = time.wall() - JournalInput.quiet.components.seconds * 1_000_000
        return .idle(wait: lines.hasEntry ? .zero : .milliseconds(20), readUpTo: isComplete ? readUpTo : nil)
    }
}
