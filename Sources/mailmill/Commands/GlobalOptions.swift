import ArgumentParser
import Foundation

/// What every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(
        name: .long,
        help:
            "Settings file (default: $MAILMILL_CONFIG, else ~/.config/mailmill/mailmill.yaml or \(Settings.systemFile))."
    )
    var config: String?

    @Option(name: .long, help: "A setting over the file and the environment: KEY=VALUE. May stand several times.")
    var set: [String] = []

    /// The only place that reads the environment.
    func settings() throws -> Settings {
        try Settings.load(file: config, environment: ProcessInfo.processInfo.environment, overrides: set)
    }
}

/// A list's output format.
struct FormatOption: ParsableArguments {
    @Option(name: .long, help: "table, json or csv.")
    var format: OutputFormat = .table
}
