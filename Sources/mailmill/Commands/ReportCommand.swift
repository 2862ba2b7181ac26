import ArgumentParser

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Figures, as in the web console.",
        subcommands: [
            ReportTrafficCommand.self, ReportDeliveriesCommand.self, ReportRejectionsCommand.self,
            ReportBouncesCommand.self, ReportTransientCommand.self, ReportDeliveryTimesCommand.self,
            ReportDomainCommand.self, ReportTopCommand.self, ReportDelayedCommand.self, ReportReasonsCommand.self,
        ]
    )
}
