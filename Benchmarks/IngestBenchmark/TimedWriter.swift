internal import Collector
internal import Foundation
internal import MailEvents
internal import Store
internal import Synchronization

/// Writes into the database as `mailmill serve` does, and notes each commit.
final class TimedWriter: BatchWriter {
    /// What was committed so far.
    struct Course: Sendable {
        /// Events of each batch, in order.
        var batches: [Int] = []
        /// Spent in `commit`: encoding, COPY, `commit_batch`, COMMIT.
        var committing: Duration = .zero
        var first: ContinuousClock.Instant?
        var last: ContinuousClock.Instant?
    }

    private let session: IngestSession
    private let noted = Mutex(Course())

    init(_ session: IngestSession) {
        self.session = session
    }

    var course: Course { noted.withLock { $0 } }

    func open(_ source: SourceDescription) async throws -> SourceOpening {
        let opening = try await session.open(
            node: source.node,
            name: source.name,
            format: source.format.rawValue,
            isSample: source.isSample
        )
        let openedAt = Int64(opening.firstOpenedAt.timeIntervalSince1970 * 1_000_000)
        return SourceOpening(files: opening.files, firstOpenedAt: openedAt)
    }

    func register(name: String, fingerprint: FileFingerprint) async throws -> KnownFile {
        try await session.register(name: name, fingerprint: fingerprint)
    }

    func prepare(_ batch: EventBatch) async { await session.prepare(batch) }

    func lookUp(headHashes: [[UInt8]]) async throws -> KnownFile? {
        try await session.lookUp(headHashes: headHashes)
    }

    func marks(of fileID: Int64) async throws -> [ContentMark] {
        try await session.marks(of: fileID)
    }

    func commit(_ batch: EventBatch) async throws -> CommitOutcome {
        let begin = ContinuousClock.now
        let outcome = try await session.commit(batch)
        let end = ContinuousClock.now
        noted.withLock { course in
            course.batches.append(batch.events.count)
            course.committing += end - begin
            course.first = course.first ?? begin
            course.last = end
        }
        return switch outcome {
        case .committed: .committed
        case .conflict: .conflict
        case .refused(let reason): .refused(reason: reason)
        }
    }

    func report(_ health: SourceHealth) async throws {
        let readUpTo = health.readUpTo.map { Date(timeIntervalSince1970: Double($0) / 1_000_000) }
        try await session.report(readUpTo: readUpTo, lagBytes: health.lagBytes, lastError: health.lastError)
    }

    func store(_ sample: QueueSample) async throws {
        let takenAt = Date(timeIntervalSince1970: Double(sample.takenAt) / 1_000_000)
        var reading = QueueReading(takenAt: takenAt)
        reading.active = sample.active
        reading.delayed = sample.delayed
        try await session.store(reading)
    }
}
