import ArgumentParser

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Figures, as in the web console.",
        subcommands: [ReportTrafficCommand.self]
    )
}
