import ArgumentParser
import Store

struct ReportTopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "The busiest domains and bindings."
    )

    @OptionGroup var options: ReportOptions
    @Option(help: "Only this domain.")
    var domain: String?

    func run() async throws {
        let query = try options.query(domain: domain)
        try await options.print { snapshot in
            let measures: [(String, (TrafficMeasures) -> ReportValue)] = [
                ("receptions", { .whole($0.receptions) }), ("deliveries", { .whole($0.deliveries) }),
                ("transient_failures", { .whole($0.transientFailures) }),
                ("permanent_failures", { .whole($0.permanentFailures) }),
            ]
            let domains = try await snapshot.traffic(query, by: .domain, limit: options.limit)
            let bindings = try await snapshot.traffic(query, by: .binding, limit: options.limit)
            return ReportPage(
                period: domains.period,
                grain: domains.grain,
                nodes: domains.nodes,
                figures: [],
                tables: [
                    .breakdown("domains", domains, measures), .breakdown("bindings", bindings, measures),
                ]
            )
        }
    }
}
