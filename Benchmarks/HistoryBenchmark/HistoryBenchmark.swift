internal import BenchmarkSupport
internal import Foundation
internal import PostgresClient
internal import PostgresServer

/// How long each report takes over two years of a busy site, each report about one domain, and the dashboard; beside a
/// columnar engine that holds the rows of days. And what a row of each cube takes on the disk.
///
/// `swift run -c release HistoryBenchmark [percent] [times]`: percent of the site's bindings and of the domains beyond the
/// first 2000. 20 is 65 million rows and 14 GB, 35 about 100 million; 10 is what runs without arguments.
@main
struct HistoryBenchmark {
    static func main() {
        BenchmarkRun.main("history") { folder in
            let share = max(4, min(100, BenchmarkRun.argument(0, default: 10)))
            let times = max(3, BenchmarkRun.argument(1, default: 20))
            let scratch = try await ScratchDatabase(below: folder)
            let site = try await BusySite(in: scratch)
            let clock = ContinuousClock()
            let filling = try await clock.measure {
                try await TwoYears(share: share, site: site, scratch).store()
            }
            let sizes = try await CubeSizes(scratch)
            sizes.tell()
            tell(
                "\(Figure.grouped(sizes.rows)) cube rows, \(share) % of the site, in \(Figure.decimal(filling.seconds, 0)) s"
            )
            let connection = try await Connection.connect(scratch.connection(.report))
            var medians: [String: Duration] = [:]
            for kind in HistoryQuery.Kind.allCases {
                var slowest = Duration.zero
                var name = ""
                for query in HistoryQuery.all where query.kind == kind {
                    let spread = try await measure(query, times, connection)
                    tell("\(kind.rawValue), \(query.name): \(spread.line)")
                    medians[query.name] = spread.percentile(0.5)
                    if spread.percentile(0.95) > slowest { (slowest, name) = (spread.percentile(0.95), query.name) }
                }
                Goal(kind.rawValue, "p95 \(kind.milliseconds) ms or less").tell(
                    "p95 \(slowest.milliseconds) ms of the slowest (\(name)), "
                        + "\(Figure.decimal(slowest.seconds * 1000 / Double(kind.milliseconds), 2)) of the goal, "
                        + "\(Figure.grouped(sizes.rows)) rows",
                    isReached: slowest <= .milliseconds(kind.milliseconds)
                )
            }
            try await ColumnarEngine(site, folder: folder).compare(with: medians, times: times, scratch)
        }
    }

    /// Each time another end of the period, and another domain.
    private static func measure(_ query: HistoryQuery, _ times: Int, _ connection: Connection) async throws -> Spread {
        let clock = ContinuousClock()
        var measured: [Duration] = []
        for number in 1...times {
            let end = "date_trunc('minute', now()) - interval '\(number * 7) minutes'"
            let statement = query.statement.replacing("PERIOD", with: "\(end) - interval '730 days', \(end)")
                .replacing("RANK", with: "\(1 + number % 10)")
            let begin = clock.now
            let rows = try await connection.query("SELECT * FROM report_v1.\(statement)")
            measured.append(begin.duration(to: clock.now))
            if number == 1, rows.count == 0 { tell("(nothing found by \(statement))") }
        }
        return Spread(measured)
    }
}
