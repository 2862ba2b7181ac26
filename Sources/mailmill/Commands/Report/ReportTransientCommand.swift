import ArgumentParser
import Store

struct ReportTransientCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transient",
        abstract: "Transient failures by reason and by domain."
    )

    @OptionGroup var options: ReportOptions
    @Option(help: "Only this domain.")
    var domain: String?

    func run() async throws {
        let query = try options.query(domain: domain)
        try await options.print { snapshot in
            let order = TrafficOrder(.transientFailures, isDescending: true)
            let report = try await snapshot.traffic(query, by: .domain, order: order, limit: options.limit)
            let reasons = try await snapshot.failures(options.failures(query, [.transientFailure], by: [.reason]))
            return ReportPage(
                period: report.period,
                grain: reasons.grain,
                nodes: report.nodes,
                figures: [
                    ("transient_failures", .whole(report.total.transientFailures)),
                    ("share", .share(report.total.transientRate)),
                ],
                tables: [
                    .reasons(reasons),
                    .breakdown(
                        "domains",
                        report,
                        [
                            ("transient_failures", { .whole($0.transientFailures) }),
                            ("share", { .share($0.transientRate) }),
                        ]
                    ),
                ]
            )
        }
    }
}
