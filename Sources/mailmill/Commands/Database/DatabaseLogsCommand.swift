import ArgumentParser
import PostgresServer

struct DatabaseLogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "The server's log: its last entries, and with --follow each as it comes, across rotations."
    )

    @OptionGroup var global: GlobalOptions
    @Flag(name: .shortAndLong, help: "Go on with each entry as it comes.")
    var follow = false
    @Option(name: .shortAndLong, help: "How many entries to begin with.")
    var lines = 100
    @Option(help: "The least severe to show: debug, log, info, notice, warning, error, fatal or panic.")
    var level: LogLevelArgument = .init(level: .debug)
    @OptionGroup var output: FormatOption

    func validate() throws {
        guard lines >= 0 else { throw ValidationError("--lines: expected a number from 0 on, found \(lines)") }
    }

    func run() async throws {
        let log = try global.settings().server.logs(lines: lines, follow: follow, level: level.level)
        for try await entry in log {
            Terminal.print(output.format == .json ? try EncodedJSON.line(entry) : entry.text)
        }
    }
}

/// `--level`.
struct LogLevelArgument: ExpressibleByArgument {
    var level: LogLevel

    init(level: LogLevel) {
        self.level = level
    }

    init?(argument: String) {
        guard let level = LogLevel(name: argument) else { return nil }
        self.level = level
    }

    var defaultValueDescription: String { "\(level)" }
    static var allValueStrings: [String] { LogLevel.allCases.map { "\($0)" } }
}
