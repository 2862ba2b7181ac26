import Synchronization
import SystemPackage

/// Where what cannot be read twice is made safe before it is acknowledged: the spool of one source, written by those
/// that receive, read by `ReceptionInput`. One sync serves all that came while the last one ran.
package actor ReceptionSpool {
    /// What can be wrong with a reception.
    enum Part: Sendable, CaseIterable {
        case spool
        case listener
        case loss
    }

    /// The spool as it was found.
    struct Opening: Sendable {
        var key: FileKey
        /// How far it was received before.
        var end: Int64
    }

    private struct Waiting {
        var submissions: [ReceptionWriter.Submission] = []
        var count = 0
        var isScheduled = false
        var isClosed = false
    }

    private let executor = QueueExecutor(label: "mailmill.reception")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package nonisolated let settings: ReceptionSettings
    nonisolated let time: TimeSource
    private nonisolated let waiting = Mutex(Waiting())
    private nonisolated let tail = Mutex(ReceivedTail())
    private nonisolated let troubles = Mutex<[Part: String]>([:])
    private nonisolated let opening = Mutex<Opening?>(nil)
    private nonisolated let counted = Mutex<Int64?>(nil)
    private nonisolated let size = Mutex<Int64>(0)
    private var writer: ReceptionWriter?

    package init(settings: ReceptionSettings, time: TimeSource = .system) {
        self.settings = settings
        self.time = time
    }

    /// Appends lines and returns once they are on the disk, or are not received.
    ///
    /// - Parameters:
    ///   - lines: whole lines, each with its line feed.
    ///   - digest: of the request that they came with, if it may be sent again.
    package nonisolated(nonsending) func append(
        _ lines: [UInt8],
        of digest: RequestDigest? = nil
    ) async -> ReceptionOutcome {
        await withCheckedContinuation { waiter in
            let submission = ReceptionWriter.Submission(lines: lines, digest: digest, waiter: waiter)
            let refusal: CollectorError? = waiting.withLock { waiting in
                let path = settings.spool.folder.path.string
                guard !waiting.isClosed else { return .receptionClosed(path: path) }
                guard waiting.count == 0 || waiting.count + lines.count <= settings.waiting else {
                    return .receptionBusy(path: path, limit: settings.waiting)
                }
                waiting.submissions.append(submission)
                waiting.count += lines.count
                if !waiting.isScheduled {
                    waiting.isScheduled = true
                    scheduleDrain()
                }
                return nil
            }
            if let refusal { waiter.resume(returning: .refused(refusal)) }
        }
    }

    private nonisolated func scheduleDrain() {
        executor.async { self.assumeIsolated { $0.drain() } }
    }

    /// Makes safe all that waits, by one sync.
    private func drain() {
        let group = waiting.withLock { waiting in
            defer {
                waiting.submissions = []
                waiting.count = 0
            }
            return waiting.submissions
        }
        let outcomes: [ReceptionOutcome]
        do {
            let written = try ready().write(group, committed: counted.withLock { $0 })
            tail.withLock { $0.append(written.content) }
            outcomes = written.outcomes
            note(nil, of: .spool)
        } catch {
            let problem = error as? CollectorError ?? .command(name: "spool", reason: "\(error)")
            note("\(problem): nothing is received", of: .spool)
            outcomes = group.map { _ in .refused(problem) }
        }
        size.withLock { $0 = writer?.size ?? 0 }
        for (submission, outcome) in zip(group, outcomes) { submission.waiter.resume(returning: outcome) }
        waiting.withLock { waiting in
            waiting.isScheduled = !waiting.submissions.isEmpty
            if waiting.isScheduled { scheduleDrain() }
            if waiting.isClosed, !waiting.isScheduled { writer = nil }
        }
    }

    private func ready() throws -> ReceptionWriter {
        if let writer { return writer }
        let writer = try ReceptionWriter(settings: settings, time: time)
        self.writer = writer
        tail.withLock { $0.begin(at: writer.end) }
        size.withLock { $0 = writer.size }
        opening.withLock { $0 = Opening(key: writer.key, end: writer.end) }
        return writer
    }
}

extension ReceptionSpool {
    /// Takes possession of the spool, if that has not been done; else the first that is sent does it.
    package func open() throws {
        do {
            _ = try ready()
            note(nil, of: .spool)
        } catch {
            note("\(error)", of: .spool)
            throw error
        }
    }

    /// Removes what is counted and old.
    func retire() {
        do {
            try writer?.retire(committed: counted.withLock { $0 })
        } catch {
            note("\(error)", of: .spool)
        }
        size.withLock { $0 = writer?.size ?? 0 }
    }

    /// Lets go of the spool. What is sent from now on is refused.
    func close() {
        waiting.withLock { $0.isClosed = true }
        guard !waiting.withLock({ $0.isScheduled }) else { return }
        writer = nil
    }

    /// What was found when it was opened; nil before.
    nonisolated var opened: Opening? { opening.withLock { $0 } }

    /// How far it is received, safely.
    nonisolated var end: Int64 { tail.withLock { $0.end } }

    /// Bytes that are received and not known to be counted.
    package nonisolated var uncounted: Int64 { max(0, end - (counted.withLock { $0 } ?? 0)) }

    /// Bytes on the disk.
    nonisolated var bytes: Int64 { size.withLock { $0 } }

    /// Reads what is in memory of it; nil where that is only on the disk.
    nonisolated func read(at position: Int64, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        tail.withLock { $0.copy(from: position, into: buffer) }
    }

    /// It is counted in the database up to here.
    nonisolated func noteCounted(_ position: Int64?) {
        counted.withLock { $0 = position }
    }

    /// Says what is wrong with the reception, or nil when it is well again.
    nonisolated func note(_ trouble: String?, of part: Part) {
        troubles.withLock { $0[part] = trouble }
    }

    nonisolated func trouble(of part: Part) -> String? {
        troubles.withLock { $0[part] }
    }
}
