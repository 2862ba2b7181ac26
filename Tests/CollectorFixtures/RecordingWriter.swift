package import Collector
package import MailEvents
import Synchronization

/// A collector's connection to the recording database.
package final class RecordingWriter: BatchWriter {
    private let database: RecordingDatabase
    private let epoch = Mutex(0)

    package init(_ database: RecordingDatabase) {
        self.database = database
    }

    package func open(_ source: SourceDescription) async throws -> SourceOpening {
        try await meet(database.content.withLock { $0.standingFault == .refuse ? nil : $0.standingFault })
        return database.content.withLock { content in
            content.epoch += 1
            epoch.withLock { $0 = content.epoch }
            let first = content.firstOpenedAt ?? database.wall()
            content.firstOpenedAt = first
            return SourceOpening(
                files: Array(content.files.reversed().prefix(source.filesTold ?? .max)),
                firstOpenedAt: first
            )
        }
    }

    package func register(name: String, fingerprint: FileFingerprint) async throws -> KnownFile {
        try await change { content in
            content.files.append(unread: name, fingerprint)
        }
    }

    package func lookUp(headHashes: [[UInt8]]) async throws -> KnownFile? {
        try await meet(database.content.withLock { $0.standingFault == .refuse ? nil : $0.standingFault })
        return database.content.withLock { content in
            content.files.filter { headHashes.contains($0.fingerprint.headHash) }
                .max { ($0.fingerprint.headLength, $0.fileID) < ($1.fingerprint.headLength, $1.fileID) }
        }
    }

    package func marks(of fileID: Int64) async throws -> [ContentMark] {
        try await meet(database.content.withLock { $0.standingFault == .refuse ? nil : $0.standingFault })
        return database.content.withLock { $0.marks[fileID] ?? [] }
    }

    package func commit(_ batch: EventBatch) async throws -> CommitOutcome {
        if let fault = database.content.withLock({ $0.standingFault ?? $0.faults.first }), fault == .refuse {
            database.content.withLock { if $0.standingFault == nil { $0.faults.removeFirst() } }
            return .refused(reason: "disk nearly full")
        }
        return try await change { content in
            guard let index = content.files.firstIndex(where: { $0.fileID == batch.fileID }),
                content.files[index].position == batch.from
            else { return .conflict }
            content.files[index].position = batch.to
            content.files[index].cursor = batch.cursor
            content.files[index].parserState = batch.parserState
            content.files[index].fingerprint = batch.fingerprint
            content.files[index].contentHash = batch.contentHash
            content.marks[batch.fileID, default: []] += batch.marks
            for event in batch.events { content.counted[batch.text(event.messageID), default: 0] += 1 }
            for line in batch.unread { content.quarantined.append(batch.text(line.text)) }
            content.lines += batch.lines
            content.batches += 1
            return .committed
        }
    }

    package func report(_ health: SourceHealth) async throws {
        try await meet(database.content.withLock { $0.standingFault == .refuse ? nil : $0.standingFault })
        database.content.withLock { $0.reports.append(health) }
    }

    package func store(_ sample: QueueSample) async throws {
        try await change { content in content.samples.append(sample) }
    }

    /// Changes the database in one step, unless a newer collector has claimed the source.
    private func change<Result: Sendable>(
        _ body: @Sendable (inout RecordingDatabase.Content) throws -> Result
    ) async throws -> Result {
        let fault = database.content.withLock { content in
            content.standingFault ?? (content.faults.isEmpty ? nil : content.faults.removeFirst())
        }
        if fault != .loseAcknowledgement { try await meet(fault == .refuse ? nil : fault) }
        let result = try database.content.withLock { content in
            guard epoch.withLock({ $0 }) == content.epoch else { throw StaleEpoch() }
            return try body(&content)
        }
        if fault == .loseAcknowledgement { throw RecordingDatabase.Unavailable() }
        return result
    }

    private func meet(_ fault: RecordingDatabase.Fault?) async throws {
        switch fault {
        case .fail: throw RecordingDatabase.Unavailable()
        case .hang: try await Task.sleep(for: .seconds(3600))
        case nil, .loseAcknowledgement, .refuse: break
        }
    }

    package struct StaleEpoch: Error {}
}
