import Collector
import Foundation
import MailEvents
import Store

/// Lets a collector write into the database.
struct DatabaseWriter: BatchWriter {
    let session: IngestSession
    let memory: EpochMemory

    func open(_ source: SourceDescription) async throws -> SourceOpening {
        let opening = try await session.open(
            node: source.node,
            name: source.name,
            format: source.format.rawValue,
            isSample: source.isSample,
            most: source.filesTold.map(Int32.init(clamping:))
        )
        try memory.check(try await session.designationEpoch())
        return SourceOpening(files: opening.files, firstOpenedAt: opening.firstOpenedAt.microsecondsSince1970)
    }

    func register(name: String, fingerprint: FileFingerprint) async throws -> KnownFile {
        try await session.register(name: name, fingerprint: fingerprint)
    }

    func lookUp(headHashes: [[UInt8]]) async throws -> KnownFile? {
        try await session.lookUp(headHashes: headHashes)
    }

    func marks(of fileID: Int64) async throws -> [ContentMark] {
        try await session.marks(of: fileID)
    }

    func prepare(_ batch: EventBatch) async { await session.prepare(batch) }

    func commit(_ batch: EventBatch) async throws -> CommitOutcome {
        switch try await session.commit(batch) {
        case .committed: .committed
        case .conflict: .conflict
        case .refused(let reason): .refused(reason: reason)
        }
    }

    func report(_ health: SourceHealth) async throws {
        try await session.report(
            readUpTo: health.readUpTo.map { Date(microsecondsSince1970: $0) },
            lagBytes: health.lagBytes,
            lastError: health.lastError
        )
    }

    func store(_ sample: QueueSample) async throws {
        var reading = QueueReading(takenAt: Date(microsecondsSince1970: sample.takenAt))
        reading.active = sample.active
        reading.delayed = sample.delayed
        reading.connectionsIn = sample.connectionsIn
        reading.connectionsOut = sample.connectionsOut
        reading.parts = sample.parts.map { part in
            QueueReading.Part(
                bindingGroup: part.bindingGroup,
                binding: part.binding,
                domain: part.domain,
                active: part.active,
                delayed: part.delayed
            )
        }
        try await session.store(reading)
    }
}

extension Date {
    init(microsecondsSince1970 microseconds: Int64) {
        self.init(timeIntervalSince1970: Double(microseconds) / 1_000_000)
    }

    var microsecondsSince1970: Int64 { Int64((timeIntervalSince1970 * 1_000_000).rounded()) }
}
