internal import BenchmarkSupport
internal import Foundation
internal import LogGenerator
internal import PostgresClient
internal import PostgresServer
internal import SystemPackage

/// A long run as on a busy site: four sources, rotated every minute, `mailmill serve` killed every five, reports and traces asked for
/// every second. Memory has to stay flat, the lag under a second, and the counts exact.
///
/// `swift run -c release SoakBenchmark [seconds] [events a second]`
@main
struct SoakBenchmark {
    private static let step = 0.05
    private static let rotation = 60.0
    private static let restart = 300.0
    /// After a restart it catches up; that is not the lag of a steady run.
    private static let catchingUp = 15.0

    static func main() {
        BenchmarkRun.main("soak") { folder in
            let seconds = Double(max(10, BenchmarkRun.argument(0, default: 3600)))
            let rate = max(80, BenchmarkRun.argument(1, default: 20_000))
            let scratch = try await ScratchDatabase(below: folder)
            // A message has some 2.2 events.
            let perSource = max(1, rate * 10 / 22 / SoakSource.Kind.allCases.count)
            let sources = try SoakSource.Kind.allCases.enumerated().map { index, kind in
                try SoakSource(kind, in: folder, seed: UInt64(index + 1), messagesPerSecond: perSource)
            }
            let program = try MailmillProgram(in: folder, settings: settings(scratch, folder, sources))
            var run = SoakRun(scratch: scratch, sources: sources, program: program)
            try await run.go(for: seconds, perSource: perSource)
            try await run.tellResults(seconds: seconds)
        }
    }

    private static func settings(_ scratch: ScratchDatabase, _ folder: FilePath, _ sources: [SoakSource]) -> String {
        let items = sources.enumerated().map { index, source in
            "  - {format: \(source.format), path: \(source.path), node: mx\(index + 1), queue: false}"
        }
        return """
            roles: [manager, collector]
            database: {directory: \(scratch.root), account: \(scratch.account)}
            collector: {directory: \(folder.appending("collector"))}
            collect:
            \(items.joined(separator: "\n"))

            """
    }

    /// One run: what is written, and what was seen meanwhile.
    private struct SoakRun {
        let scratch: ScratchDatabase
        let sources: [SoakSource]
        let program: MailmillProgram
        private var serving: ServingProgram?
        private var lags: [Duration] = []
        private var resident: [(at: Double, bytes: Int)] = []
        private var queries: [Duration] = []
        private var restarts = 0
        private var elapsed = Duration.zero

        init(scratch: ScratchDatabase, sources: [SoakSource], program: MailmillProgram) {
            self.scratch = scratch
            self.sources = sources
            self.program = program
        }

        private var written: Int { sources.map(\.tally.events).reduce(0, +) }

        mutating func go(for seconds: Double, perSource: Int) async throws {
            serving = try program.serve()
            let reader = try await Connection.connect(scratch.connection(.report))
            let begin = ContinuousClock.now
            var startedAt = 0.0
            var nextRotation = SoakBenchmark.rotation
            var nextLook = 1.0
            var sent = 0.0
            while true {
                let now = begin.duration(to: .now).seconds
                if now >= seconds { break }
                let due = Int(now * Double(perSource) - sent)
                if due > 0 { for source in sources { try source.write(messages: due) } }
                sent += Double(max(0, due))
                if now >= nextRotation {
                    nextRotation += SoakBenchmark.rotation
                    for source in sources { try source.rotate() }
                }
                if now - startedAt >= SoakBenchmark.restart {
                    startedAt = now
                    serving?.kill()
                    serving = try program.serve()
                    restarts += 1
                }
                if now >= nextLook {
                    nextLook = now + 1
                    try await look(
                        reader,
                        at: now,
                        isSteady: now - startedAt > SoakBenchmark.catchingUp,
                        perSource: perSource
                    )
                }
                try await Task.sleep(for: .seconds(SoakBenchmark.step))
            }
            elapsed = begin.duration(to: .now)
            try await serving?.wait(for: "last event", within: .seconds(300)) { [written, scratch] in
                try await scratch.number("SELECT coalesce(sum(events), 0) FROM ops.source_file") >= Int64(written)
            }
        }

        /// How long ago the newest committed event was written, by the numbers of both; the memory; and a report and a trace.
        private mutating func look(_ reader: Connection, at now: Double, isSteady: Bool, perSource: Int) async throws {
            let before = Double(written)
            let committed = try await scratch.number("SELECT coalesce(sum(events), 0) FROM ops.source_file")
            let pace = max(1, before / max(now, 1))
            if isSteady {
                lags.append(.seconds(max(0, before - Double(committed)) / pace))
                if let serving { resident.append((now, try ProcessFigures(of: serving.pid).residentBytes)) }
            }
            let asked = ContinuousClock.now
            try await reader.query(
                "SELECT count(*) FROM report_v1.traffic(now() - interval '1 hour', now(), by_domain => true)"
            )
            try await reader.query(
                "SELECT count(*) FROM report_v1.trace(now() - interval '1 hour', now(), by_recipient => 1)"
            )
            queries.append(asked.duration(to: .now))
        }

        func tellResults(seconds: Double) async throws {
            serving?.stop()
            let pace = Double(written) / elapsed.seconds
            tell(
                "\(Figure.grouped(written)) events in \(Figure.decimal(elapsed.seconds, 0)) s (\(Figure.grouped(pace)) a second), "
                    + "\(restarts) times killed, rotated \(Int(seconds / SoakBenchmark.rotation)) times"
            )
            tell("lag: \(Spread(lags).line)")
            tell("a report and a trace: \(Spread(queries).line)")
            Goal("lag of a steady run", "p99 1 s or less").tell(
                "p99 \(Spread(lags).percentile(0.99).milliseconds) ms",
                isReached: Spread(lags).percentile(0.99) <= .seconds(1)
            )
            tellMemory()
            try await tellCounts()
        }

        private func tellMemory() {
            let quarter = resident.filter { $0.at < (resident.last?.at ?? 0) / 4 }.map(\.bytes).max() ?? 0
            let end = resident.suffix(max(1, resident.count / 4)).map(\.bytes).max() ?? 0
            let ratio = Double(end) / Double(max(1, quarter))
            Goal("memory stays flat", "the last quarter at most 1.1 of the first").tell(
                "\(Figure.decimal(Double(quarter) / 1_048_576, 1)) MiB in the first quarter, "
                    + "\(Figure.decimal(Double(end) / 1_048_576, 1)) MiB in the last, ratio \(Figure.decimal(ratio, 2))",
                isReached: ratio <= 1.1
            )
        }

        private func tellCounts() async throws {
            let tallies = sources.map(\.tally)
            let wanted: [(String, Int)] = [
                ("receptions", tallies.map(\.receptions).reduce(0, +)),
                ("deliveries", tallies.map(\.deliveries).reduce(0, +)),
                ("transient_failures", tallies.map(\.transientFailures).reduce(0, +)),
                ("permanent_failures", tallies.map(\.permanentFailures).reduce(0, +)),
                ("expirations", tallies.map(\.expirations).reduce(0, +)),
                ("rejections_5xx + rejections_4xx", tallies.map(\.rejections).reduce(0, +)),
                ("discards", tallies.map(\.discards).reduce(0, +)),
            ]
            var wrong: [String] = []
            for (measure, number) in wanted {
                let found = try await scratch.number(
                    "SELECT coalesce(sum(\(measure)), 0) FROM report_v1.traffic(now() - interval '1 day', now() + interval '2 days')"
                )
                if found != Int64(number) { wrong.append("\(measure): \(found) of \(number)") }
            }
            let unread = try await scratch.number("SELECT coalesce(sum(quarantined), 0) FROM ops.source_file")
            if unread > 0 { wrong.append("\(unread) lines in quarantine") }
            Goal("counts", "exact").tell(
                wrong.isEmpty ? "exact: \(Figure.grouped(written)) events" : wrong.joined(separator: "; "),
                isReached: wrong.isEmpty
            )
        }
    }
}
