internal import BenchmarkSupport
internal import Foundation

/// How fast the dashboard is with ten million events stored: its page, and the two reports it is made of, for every
/// period and breakdown.
///
/// `swift run -c release DashboardBenchmark [events] [requests]`
@main
struct DashboardBenchmark {
    private static let periods = ["1h", "1d", "1w", "1M", "1Y"]
    private static let breakdowns = ["domain", "binding", "both"]

    static func main() {
        BenchmarkRun.main("dashboard") { folder in
            let events = BenchmarkRun.argument(0, default: 10_000_000)
            let scratch = try await ScratchDatabase(below: folder)
            try await scratch.intern(domains: GeneratedLog.domainNames())
            let begin = ContinuousClock.now
            let stored = try await History.store(events, into: scratch)
            let seconds = begin.duration(to: .now).seconds
            tell(
                "stored \(Figure.grouped(stored)) events over \(History.days) days by live-sized batches, folded, in "
                    + "\(Figure.decimal(seconds, 0)) s (\(Figure.grouped(Double(stored) / seconds)) events/s)"
            )
            let console = try Console()
            let program = try MailmillProgram(
                in: folder,
                settings: """
                    roles: [manager, web]
                    database: {directory: \(scratch.root), account: \(scratch.account)}
                    console: {listen: "127.0.0.1:\(console.port)"}

                    """
            )
            let serving = try program.serve()
            let browser = try await console.signIn(program, serving)
            try measure(browser, requests: max(1, BenchmarkRun.argument(1, default: 40)))
            serving.stop()
        }
    }

    private static func measure(_ browser: HTTPConnection, requests: Int) throws {
        var pages: [Duration] = []
        var worst = Duration.zero
        for period in periods {
            for breakdown in breakdowns {
                let query = "period=\(period)&by=\(breakdown)"
                let page = try times(requests, browser, "/dashboard?\(query)")
                let traffic = try times(requests, browser, "/api/v1/traffic?\(query)")
                let series = try times(requests, browser, "/api/v1/traffic/series?period=\(period)")
                tell(
                    "\(period) by \(breakdown): page p50 \(Spread(page).percentile(0.5).milliseconds), "
                        + "p95 \(Spread(page).percentile(0.95).milliseconds) ms; "
                        + "breakdown p95 \(Spread(traffic).percentile(0.95).milliseconds) ms, "
                        + "series p95 \(Spread(series).percentile(0.95).milliseconds) ms"
                )
                pages += page
                worst = max(worst, Spread(page).percentile(0.95))
            }
        }
        tell("all pages: \(Spread(pages).line)")
        Goal("dashboard", "p95 100 ms or less").tell(
            "p95 \(worst.milliseconds) ms of the slowest page, \(Figure.decimal(worst.seconds * 10, 2)) of the goal; "
                + "p95 of all \(Spread(pages).percentile(0.95).milliseconds) ms",
            isReached: worst <= .milliseconds(100)
        )
    }

    private static func times(_ count: Int, _ browser: HTTPConnection, _ path: String) throws -> [Duration] {
        let clock = ContinuousClock()
        return try (0..<count).map { _ in
            try clock.measure {
                let status = try browser.get(path).status
                guard status == 200 else { throw HTTPConnection.Unexpected("\(path) answered \(status)") }
            }
        }
    }
}
