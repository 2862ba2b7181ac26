internal import BenchmarkSupport
internal import Collector
internal import Foundation
internal import LogGenerator
internal import Logging
internal import MailEvents
internal import PostgresServer
internal import Store
internal import SystemPackage

/// A collector reads a whole log into the database: once, from the start of the service to the last commit.
struct CatchUp {
    let events: Int
    let batches: [Int]
    let elapsed: Duration
    let committing: Duration
    /// Processor time of this process, of which the collector is nearly all.
    let collectorTime: Duration
    /// Processor time of the backend that served it.
    let backendTime: Duration

    var rate: Double { Double(events) / elapsed.seconds }

    /// - Parameters:
    ///   - number: another source each time, so that the same file counts anew.
    ///   - limits: when a batch is closed.
    static func run(
        _ number: Int,
        _ log: GeneratedLog,
        _ scratch: ScratchDatabase,
        folder: FilePath,
        limits: BatchLimits
    ) async throws -> CatchUp {
        let logger = Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }
        let source = SourceDescription(node: "mx\(number)", name: log.path.string, format: .postfix)
        let spool = SpoolSettings(of: source, below: folder.appending("spool"))
        var follow = FollowSettings(path: log.path, format: .postfix, spool: spool)
        follow.limits = limits
        let writer = TimedWriter(
            IngestSession(scratch.connection(.collector), rules: try BundledRules.ruleSet(), logger: logger)
        )
        let service = CollectorService(
            sources: [SourceSettings(source, .file(follow))],
            makeWriter: { _ in writer },
            logger: logger
        )
        let before = try ProcessFigures()
        let begin = ContinuousClock.now
        let task = Task { try await service.run() }
        let deadline = begin.advanced(by: .seconds(900))
        while service.states[0].events < Int64(log.tally.events) {
            guard ContinuousClock.now < deadline else {
                throw Unfinished(state: service.states[0], wanted: log.tally.events)
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        let course = writer.course
        let after = try ProcessFigures()
        // The first of its connections commits; a second one only asks for numbers.
        let backend = try await scratch.number(
            "SELECT pid FROM pg_stat_activity WHERE usename = 'mailmill_collector' AND query <> '' ORDER BY backend_start LIMIT 1"
        )
        let backendTime = try ProcessFigures(of: Int32(backend)).processorTime
        task.cancel()
        _ = await task.result
        try? FileManager.default.removeItem(atPath: folder.appending("spool").string)  // only needed room
        return CatchUp(
            events: Int(service.states[0].events),
            batches: course.batches.filter { $0 > 0 },
            elapsed: begin.duration(to: course.last ?? .now),
            committing: course.committing,
            collectorTime: after.processorTime - before.processorTime,
            backendTime: backendTime
        )
    }

    struct Unfinished: Error, CustomStringConvertible {
        let state: SourceState
        let wanted: Int

        var description: String { "the collector did not get through: \(state), \(wanted) events wanted" }
    }

    var line: String {
        let share = Figure.decimal(committing.seconds / elapsed.seconds * 100, 0)
        return
            "\(Figure.grouped(rate)) events/s (\(Figure.grouped(events)) events in \(Figure.decimal(elapsed.seconds, 2)) s, "
            + "\(batches.count) commits, \(share) % of the time in commit; "
            + "processor: collector \(Figure.decimal(collectorTime.seconds, 2)) s, backend \(Figure.decimal(backendTime.seconds, 2)) s)"
    }
}
