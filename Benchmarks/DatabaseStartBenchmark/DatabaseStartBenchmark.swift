internal import BenchmarkSupport
internal import PostgresServer

/// How long a cleanly stopped database takes from `database start` until it answers queries.
///
/// `swift run -c release DatabaseStartBenchmark [runs]`
@main
struct DatabaseStartBenchmark {
    static func main() {
        BenchmarkRun.main("start") { folder in
            let scratch = try await ScratchDatabase(below: folder)
            let program = try MailmillProgram(
                in: folder,
                settings: "database: {directory: \(scratch.root), account: \(scratch.account), ballast: 0MiB}\n"
            )
            var starts: [Duration] = []
            var commands: [Duration] = []
            for _ in 0..<max(1, BenchmarkRun.argument(0, default: 9)) {
                _ = try await scratch.server.stop()
                starts.append(try await scratch.server.start().took)
                _ = try await scratch.server.stop()
                let clock = ContinuousClock()
                commands.append(try clock.measure { try program.run(["database", "start"]) })
            }
            let (start, command) = (Spread(starts), Spread(commands))
            tell("start to ready: \(start.line)")
            tell("mailmill database start, the whole command: \(command.line)")
            let slowest = command.maximum
            Goal("database start", "2 s or less").tell(
                "\(slowest.milliseconds) ms at most, the whole command, "
                    + "\(Figure.decimal(2 / slowest.seconds, 1)) times faster than the goal",
                isReached: slowest <= .seconds(2)
            )
        }
    }
}
