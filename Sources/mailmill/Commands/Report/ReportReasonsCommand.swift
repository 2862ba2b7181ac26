import ArgumentParser
import Store

struct ReportReasonsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reasons",
        abstract: "Reasons of permanent failures, in-band and out-of-band."
    )

    @OptionGroup var options: ReportOptions
    @Option(help: "Only this domain.")
    var domain: String?

    func run() async throws {
        let query = try options.query(domain: domain)
        try await options.print { snapshot in
            let reasons = try await snapshot.failures(
                options.failures(query, [.permanentFailure, .outOfBandBounce], by: [.reason])
            )
            return ReportPage(
                period: reasons.period,
                grain: reasons.grain,
                nodes: reasons.nodes,
                figures: [("permanent_failures", .whole(reasons.total))],
                tables: [.reasons(reasons)]
            )
        }
    }
}
