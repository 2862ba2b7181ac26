internal import BenchmarkSupport
internal import Foundation
internal import LayoutFixtures
internal import Logging
internal import PostgresClient
internal import PostgresServer
internal import Store

/// How fast a deferred migration moves the events of layout 1 into today's: alone, and what ingest feels beside it.
///
/// `swift run -c release MigrationBenchmark [events]`
@main
struct MigrationBenchmark {
    private static let logger = Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }

    static func main() {
        BenchmarkRun.main("migration") { folder in
            let events = BenchmarkRun.argument(0, default: 4_000_000)
            let scratch = try await ScratchDatabase(below: folder)
            let owner = try await Connection.connect(scratch.connection(.owner))
            try await LayoutOne.make(owner, events: Int64(events), old: 1000, end: Date(timeIntervalSinceNow: -3600))
            try await LayoutOne.migrate(owner)
            try await owner.run("VACUUM layout_1.event")
            tell("layout 1 holds \(Figure.grouped(events)) events and their statistics")
            let control = DeferredMigrations(scratch.pool(.owner))
            _ = try await control.pause()
            let worker = Task { await MoveWorker(scratch.connection(.owner), logger: logger).run() }
            try await besideIngest(scratch, control)
            try await alone(control)
            worker.cancel()
            await worker.value
        }
    }

    /// Ingest by itself and beside the move in turns, so that both see the same machine.
    private static func besideIngest(_ scratch: ScratchDatabase, _ control: DeferredMigrations) async throws {
        let ingest = try await SteadyIngest(scratch, logger)
        _ = try await ingest.run(for: .seconds(5))
        var apart: [Duration] = []
        var beside: [Duration] = []
        var moved: Int64 = 0
        var worst: [Double] = []
        for _ in 0..<5 {
            let quiet = try await ingest.run(for: .seconds(8))
            let before = try await rows(control)
            _ = try await control.resume()
            let busy = try await ingest.run(for: .seconds(8))
            _ = try await control.pause()
            moved += try await rows(control) - before
            apart += quiet
            beside += busy
            worst.append(Spread(busy).percentile(0.99) / Spread(quiet).percentile(0.99))
        }
        tell("ingest alone:  \(Spread(apart).line)")
        tell("ingest beside: \(Spread(beside).line); \(Figure.grouped(Double(moved) / 40)) rows/s moved meanwhile")
        let ratio = Spread(beside).percentile(0.99) / Spread(apart).percentile(0.99)
        Goal("ingest beside a deferred migration", "p99 1.2 times or less").tell(
            "p99 \(Spread(beside).percentile(0.99).milliseconds) ms, \(Figure.decimal(ratio, 2)) times that alone "
                + "(five turns: \(worst.sorted().map { Figure.decimal($0, 2) }.joined(separator: ", ")))",
            isReached: ratio <= 1.2
        )
    }

    private static func alone(_ control: DeferredMigrations) async throws {
        let clock = ContinuousClock()
        _ = try await control.resume()
        // The signs of ingest are two seconds old.
        try await clock.sleep(for: .seconds(4))
        let (start, before) = (clock.now, try await rows(control))
        while try await control.status().first?.state == .moving { try await clock.sleep(for: .milliseconds(50)) }
        let moved = try await rows(control) - before
        let rate = Double(moved) / (clock.now - start).seconds
        Goal("deferred migration", "100 000 rows/s or more").tell(
            "\(Figure.grouped(rate)) rows/s alone, counted, hashed and vacuumed (\(Figure.grouped(moved)) rows)",
            isReached: rate >= 100_000
        )
    }

    private static func rows(_ control: DeferredMigrations) async throws -> Int64 {
        try await control.status().first?.progress.rowsMoved ?? 0
    }
}
