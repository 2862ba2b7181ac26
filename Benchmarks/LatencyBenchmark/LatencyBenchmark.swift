internal import BenchmarkSupport
internal import Foundation
internal import LogGenerator
internal import PostgresServer
internal import SystemPackage

/// How long after its line is on disk an event is seen in a signed-in browser: `mailmill serve` with all roles, as on a
/// single host, beside a steady load. The browser is a plain HTTP client that reads the console's server-sent events.
///
/// `swift run -c release LatencyBenchmark [events] [other events a second]`
@main
struct LatencyBenchmark {
    static func main() {
        BenchmarkRun.main("latency") { folder in
            let events = max(1, BenchmarkRun.argument(0, default: 600))
            let others = BenchmarkRun.argument(1, default: 100)
            let log = folder.appending("mail.log")
            try Data().write(to: URL(fileURLWithPath: log.string))
            let console = try Console()
            let account = geteuid() == 0 ? try ServiceAccount.ensure(name: "mailmill-test").account.name : "mailmill"
            let program = try MailmillProgram(
                in: folder,
                settings: """
                    database: {directory: \(folder.appending("database")), account: \(account), ballast: 0MiB}
                    console: {listen: "127.0.0.1:\(console.port)"}
                    collect:
                      - {format: postfix, path: \(log), node: mx1, queue: false}

                    """
            )
            let serving = try program.serve()
            let browser = try await console.signIn(program, serving)
            let version = try program.run(["database", "psql", "--", "-XAtc", "SHOW server_version"])
            tell("database: PostgreSQL \(version.split(separator: "\n").first ?? "unknown")")
            var writer = try LogWriter(log)
            // The first line makes the log known, and shows that figures come at all.
            try writer.append(deliveries: 1, others: 0)
            let cookies = browser.cookies
            let sightings = Sightings { try HTTPConnection(port: console.port, cookies: cookies) }
            try await serving.wait(for: "first figure") { try sightings.newest() == 1 }
            tell("\(events) events at random moments, \(others) other events a second")
            let written = try await write(events, others: others, with: &writer)
            try await serving.wait(for: "last event") { try sightings.newest() ?? 0 > events }
            let times = written.enumerated().compactMap { index, at in
                sightings.time(of: index + 2).map { at.duration(to: $0) }
            }
            let spread = Spread(times)
            tell("event on disk to browser: \(spread.line)")
            let slow = spread.percentile(0.99)
            Goal("event on disk to browser", "p99 1 s or less").tell(
                "p99 \(slow.milliseconds) ms, \(Figure.decimal(slow.seconds, 2)) of the goal",
                isReached: slow <= .seconds(1)
            )
            serving.stop()
        }
    }

    /// Writes the events, each by itself.
    ///
    /// - Returns: when each was on disk.
    private static func write(
        _ events: Int,
        others: Int,
        with writer: inout LogWriter
    ) async throws -> [ContinuousClock.Instant] {
        var random = SeededRandom(seed: 7)
        var written: [ContinuousClock.Instant] = []
        for _ in 0..<events {
            let pause = 50 + random.below(300)
            try await Task.sleep(for: .milliseconds(pause))
            try writer.append(deliveries: 1, others: others * pause / 1000)
            written.append(.now)
        }
        return written
    }
}
