import ArgumentParser
import Store

struct ReportDelayedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delayed",
        abstract: "How much was delayed, at the first attempt and later, and why."
    )

    @OptionGroup var options: ReportOptions
    @Option(help: "Only this domain.")
    var domain: String?

    func run() async throws {
        let query = try options.query(domain: domain)
        try await options.print { snapshot in
            let report = try await snapshot.traffic(query, by: nil)
            let reasons = try await snapshot.failures(options.failures(query, [.transientFailure], by: [.reason]))
            let total = report.total
            let first = total.transientFailures - total.transientFailuresLater
            return ReportPage(
                period: report.period,
                grain: reasons.grain,
                nodes: report.nodes,
                figures: [
                    ("accepted", .whole(total.deliveries)), ("delayed", .whole(total.transientFailures)),
                    ("delayed_at_first_attempt", .whole(first)),
                    (
                        "rate",
                        .share(first, of: first + total.deliveries - total.deliveriesLater + total.permanentFailures)
                    ),
                ],
                tables: [.reasons(reasons)]
            )
        }
    }
}
