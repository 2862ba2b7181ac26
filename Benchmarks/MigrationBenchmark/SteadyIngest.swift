internal import BenchmarkSupport
internal import Foundation
internal import LogGenerator
internal import Logging
internal import MailEvents
internal import PostgresClient
internal import PostgresServer
internal import Store

/// A collector that commits a batch of three hundred events ten times a second, as a node with 3 000 events a second does.
actor SteadyIngest {
    private let session: IngestSession
    private let fingerprint = FileFingerprint(headLength: 0, headHash: [], tailLength: 0, tailHash: [])
    private let fileID: Int64
    private var log: MomentumLog
    private var reader: LogFormat.AnyReader
    private var position: Int64 = 0

    init(_ scratch: ScratchDatabase, _ logger: Logger) async throws {
        session = IngestSession(scratch.connection(.collector), rules: try BundledRules.ruleSet(), logger: logger)
        _ = try await session.open(node: "live", name: "mainlog", format: "momentum-mainlog", isSample: false)
        fileID = try await session.register(name: "mainlog", fingerprint: fingerprint).fileID
        log = MomentumLog(
            seed: 1,
            start: Int64(Date().timeIntervalSince1970 * 1_000_000),
            domains: DomainTail(count: 10_000),
            interval: 700
        )
        reader = LogFormat.momentumMainlog.reader(context: .init(fileModifiedAt: 0, zone: .utc))
    }

    /// Commits at its pace for a while. Returns how long each commit took.
    func run(for span: Duration) async throws -> [Duration] {
        let clock = ContinuousClock()
        let end = clock.now + span
        var next = clock.now
        var times: [Duration] = []
        while clock.now < end {
            let text = log.lines(messages: 145)
            var batch = EventBatch(fileID: fileID, from: position, fingerprint: fingerprint)
            text.withUnsafeBytes { _ = reader.read($0, at: position, into: &batch) }
            position += Int64(text.count)
            batch.to = position
            let start = clock.now
            guard try await session.commit(batch) == .committed else { throw Uncommitted() }
            times.append(clock.now - start)
            next += .milliseconds(100)
            try await clock.sleep(until: max(next, clock.now))
        }
        return times
    }

    private struct Uncommitted: Error {}
}
