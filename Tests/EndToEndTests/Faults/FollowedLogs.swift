import LogGenerator
import Foundation
import Testing

/// Logs that grow and are rotated, each in another way, while a test does harm; and the proof that each of their lines
/// was counted exactly once.
struct FollowedLogs: Sendable {
    private struct Log: Sendable {
        var node: String
        var writer: LogWriter
        var rotation: Logrotate
        var seed: UInt64
    }

    private let folder: TestFolder
    private let logs: [Log]
    /// Items for the setting `collect`.
    let collect: [String]

    /// One log for each way of rotation; every other has traditional stamps.
    init(in folder: TestFolder, seed: UInt64) throws {
        self.folder = folder
        var logs: [Log] = []
        var collect: [String] = []
        for (index, way) in Logrotate.Way.allCases.enumerated() {
            let node = "mx\(index + 1)-\(way)"
            let path = try folder.folder("logs-\(way)") + "/mail.log"
            let seed = seed &+ UInt64(index)
            let stamp = index % 2 == 0 ? InventedPostfix.isoStamp : InventedPostfix.traditionalStamp
            let lines = InventedPostfix(SeededRandom(seed: seed), stamp: stamp)
            logs.append(
                Log(
                    node: node,
                    writer: try LogWriter(path, copy: "\(folder.path)/copy-\(way).log", seed: seed, lines: lines),
                    rotation: try Logrotate(path, way, in: folder),
                    seed: seed
                )
            )
            collect.append(Installation.file(path, node: node))
        }
        self.logs = logs
        self.collect = collect
    }

    /// Waits until every log is followed: what was rotated away before Mailmill ever saw its log is history, and not
    /// counted.
    func areFollowed(by mailmill: Installation) async throws {
        try await eventually("every log to be followed", every: .milliseconds(200)) {
            try await mailmill.sources().count { $0.completeUntil != nil } == logs.count
        }
    }

    /// Writes and rotates all of them, while `harm` goes on; ends when both are over.
    ///
    /// - Parameters:
    ///   - lines: to each log.
    ///   - rate: lines a second to each log.
    func grow(lines: Int, rate: Int, during harm: @Sendable @escaping () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for log in logs { group.addTask { try await Self.grow(log, lines: lines, rate: rate) } }
            group.addTask { try await harm() }
            try await group.waitForAll()
        }
    }

    private static func grow(_ log: Log, lines: Int, rate: Int) async throws {
        let writing = Task { try await log.writer.write(lines, rate: rate) }
        var generator = SeededRandom(seed: log.seed ^ 0x0707)
        let goal = await log.writer.count + lines
        try await withTaskCancellationHandler {
            while await log.writer.count < goal {
                // Not a wait for anything: a rotation comes at any moment. Over a second, for names with seconds in them.
                try await Task.sleep(for: .milliseconds(Int.random(in: 1100...3000, using: &generator)))
                try await log.rotation.rotate(log.writer)
            }
            try await writing.value
        } onCancel: {
            writing.cancel()
        }
    }

    /// Waits until Mailmill's figures are those of an independent count of each log, and proves that no line stands in
    /// the database twice.
    func prove(_ mailmill: Installation, within limit: Duration = .seconds(90)) async throws {
        var counted: [String: Tally] = [:]
        for log in logs { counted[log.node] = try await IndependentCounter.count([log.writer.copy], in: folder) }
        for (node, tally) in counted where tally.events < 50 {
            throw TestTrouble("too few events at \(node): \(tally)")
        }
        try await eventually("figures equal to the independent count", within: limit, every: .milliseconds(500)) {
            let told = try await tallies(mailmill)
            for (node, expected) in counted.sorted(by: { $0.key < $1.key }) where told[node] != expected {
                throw TestTrouble("\(node): \(told[node]?.description ?? "nothing"); counted: \(expected)")
            }
            return true
        }
        let events = counted.values.reduce(0) { $0 + $1.events }
        let rows = try await mailmill.rows(
            "SELECT count(*), count(DISTINCT (node, kind, message_id, recipient_local, sender_local)) FROM report_v1.event"
        )
        #expect(rows == ["\(events)|\(events)"])
        let sources = try await mailmill.sources()
        #expect(sources.reduce(0) { $0 + $1.events } == events)
        // The next word of each collector says that it is through.
        try await eventually("sources that are read to the end", every: .milliseconds(300)) {
            for source in try await mailmill.sources() where source.lagBytes > 0 || source.completeUntil == nil {
                throw TestTrouble("\(source)")
            }
            return true
        }
    }

    /// By node, as far as Mailmill tells it.
    private func tallies(_ mailmill: Installation) async throws -> [String: Tally] {
        var tallies: [String: Tally] = [:]
        let quarantined = try await mailmill.sources().map { ($0.node, $0.quarantined) }
        for log in logs {
            var tally = try await mailmill.report("--node", log.node).tally
            tally.unreadable = quarantined.first { $0.0 == log.node }?.1 ?? 0
            let domains = try await mailmill.report("--node", log.node, "--by", "domain")
            tally.deliveriesByDomain = domains.deliveriesByDomain
            tallies[log.node] = tally
        }
        return tallies
    }
}
