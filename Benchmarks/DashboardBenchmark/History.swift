internal import BenchmarkSupport
internal import Foundation
internal import LogGenerator
internal import Logging
internal import MailEvents
internal import PostgresClient
internal import PostgresServer
internal import Store

/// Two weeks of traffic up to now, stored as they would have been live: by small batches through `IngestSession`, while
/// the manager folds.
struct History {
    static let days = 14
    /// Events of a batch: 200 ms of a busy node.
    private static let batch = 300
    /// What a message of `MomentumLog` comes to.
    private static let eventsOfMessage = 2.06
    private static let nodes = 2

    /// Stores about so many events.
    ///
    /// - Returns: exactly how many.
    static func store(_ events: Int, into scratch: ScratchDatabase) async throws -> Int {
        let logger = Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }
        let pool = scratch.pool(.owner)
        let manager = Task { try await ManagerService(pool, logger: logger).run() }
        let stored = try await withThrowingTaskGroup(of: Int.self) { group in
            for node in 1...nodes {
                group.addTask { try await feed(node, events / nodes, scratch, logger) }
            }
            return try await group.reduce(0, +)
        }
        manager.cancel()
        _ = await manager.result
        let upkeep = Upkeep(pool, logger: logger)
        while try await upkeep.run(.fold) > 0 {}
        await pool.close()
        return stored
    }

    private static func feed(
        _ node: Int,
        _ events: Int,
        _ scratch: ScratchDatabase,
        _ logger: Logger
    ) async throws -> Int {
        let session = IngestSession(scratch.connection(.collector), rules: try BundledRules.ruleSet(), logger: logger)
        _ = try await session.open(node: "mx\(node)", name: "mainlog", format: "momentum-mainlog", isSample: false)
        let fingerprint = FileFingerprint(headLength: 0, headHash: [], tailLength: 0, tailHash: [])
        let file = try await session.register(name: "mainlog", fingerprint: fingerprint)
        let span = Double(days) * 86_400
        let messages = Double(events) / eventsOfMessage
        let start = Date().timeIntervalSince1970 - span
        var log = MomentumLog(
            seed: UInt64(node),
            start: Int64(start * 1_000_000),
            domains: DomainTail(count: GeneratedLog.domainCount),
            interval: Int(span / messages * 1_000_000)
        )
        var reader = LogFormat.momentumMainlog.reader(context: .init(fileModifiedAt: 0, zone: .utc))
        var position: Int64 = 0
        var stored = 0
        while stored < events {
            let text = log.lines(messages: Int(Double(batch) / eventsOfMessage))
            var batch = EventBatch(fileID: file.fileID, from: position, fingerprint: fingerprint)
            text.withUnsafeBytes { _ = reader.read($0, at: position, into: &batch) }
            position += Int64(text.count)
            batch.to = position
            guard try await session.commit(batch) == .committed else { throw Uncommitted() }
            stored += batch.events.count
        }
        try await session.report(readUpTo: Date(), lagBytes: 0, lastError: nil)
        return stored
    }

    private struct Uncommitted: Error {}
}
