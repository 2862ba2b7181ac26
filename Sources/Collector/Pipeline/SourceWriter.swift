import MailEvents
import Synchronization

/// One source's side of the writing: carries out orders, and keeps the course of how that goes. Calls of the writer
/// come one at a time.
final class SourceWriter: Sendable {
    private struct Content {
        var course = WriterCourse()
        var callBegan: Duration?
    }

    private let writer: any BatchWriter
    private let status: SourceStatus
    private let time: TimeSource
    private let content = Mutex(Content())

    init(_ writer: any BatchWriter, status: SourceStatus, time: TimeSource) {
        self.writer = writer
        self.status = status
        self.time = time
    }

    /// Whether batches cannot be written now, or one call has been taking long.
    func isAway(slow: Duration) -> Bool {
        content.withLock { content in
            content.course.isAway || content.callBegan.map { time.elapsed() - $0 > slow } ?? false
        }
    }

    /// Takes a turn, and says what follows. A change of the state is said once.
    func turn(_ turn: WriterCourse.Turn) -> WriterCourse.Action {
        let (action, old, new) = content.withLock { content in
            let old = content.course.state
            let action = content.course.turn(turn, random: Double.random(in: 0..<1))
            return (action, old, content.course.state)
        }
        status.update { $0.writing = new }
        switch (old, new) {
        case (.away, .away), (.refused, .refused): break
        case (_, .away(let reason)): status.set("the database cannot be written to: \(reason)", of: .writer)
        case (_, .refused(let reason)): status.set("the database takes no events for now: \(reason)", of: .writer)
        case (_, .opening), (_, .writing), (_, .stopped): status.set(nil, of: .writer)
        }
        return action
    }

    func open(_ source: SourceDescription) async throws -> SourceOpening {
        try await call { try await writer.open(source) }
    }

    func prepare(_ batch: EventBatch) async { await writer.prepare(batch) }

    /// Commits a batch; waits and tries again while the database refuses.
    ///
    /// - Parameter stop: no further try once it is up.
    func commit(_ batch: EventBatch, stop: StopSign) async throws {
        while true {
            switch try await call({ try await writer.commit(batch) }) {
            case .committed:
                _ = turn(.committed)
                count(batch)
                return
            case .conflict:
                throw PositionConflict()
            case .refused(let reason):
                guard case .retry(let wait) = turn(.refused(reason: reason)), !stop.isUp else {
                    throw CancellationError()
                }
                try await time.sleep(wait)
            }
        }
    }

    func register(name: String, _ fingerprint: FileFingerprint) async throws -> KnownFile {
        try await call { try await writer.register(name: name, fingerprint: fingerprint) }
    }

    func lookUp(headHashes: [[UInt8]]) async throws -> KnownFile? {
        try await call { try await writer.lookUp(headHashes: headHashes) }
    }

    func marks(of fileID: Int64) async throws -> [ContentMark] {
        try await call { try await writer.marks(of: fileID) }
    }

    func report(_ health: SourceHealth, isIdle: Bool) async throws {
        try await call { try await writer.report(health) }
        if isIdle { _ = turn(.reported) }
        if let readUpTo = health.readUpTo { status.update { $0.readUpTo = readUpTo } }
    }

    func store(_ sample: QueueSample) async throws {
        try await call { try await writer.store(sample) }
    }

    private func count(_ batch: EventBatch) {
        status.update { state in
            state.lines += batch.lines
            state.events += Int64(batch.countedEvents)
            state.quarantined += Int64(batch.unread.count)
        }
    }

    private func call<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        content.withLock { $0.callBegan = time.elapsed() }
        defer { content.withLock { $0.callBegan = nil } }
        return try await body()
    }
}
