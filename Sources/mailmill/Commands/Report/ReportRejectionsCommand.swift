import ArgumentParser
import Store

struct ReportRejectionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rejections",
        abstract: "What was refused: by reason, and by binding."
    )

    @OptionGroup var options: ReportOptions
    @Option(help: "Only this domain.")
    var domain: String?

    func run() async throws {
        let query = try options.query(domain: domain)
        try await options.print { snapshot in
            let order = TrafficOrder(.rejections, isDescending: true)
            let report = try await snapshot.traffic(query, by: .binding, order: order, limit: options.limit)
            let reasons = try await snapshot.failures(options.failures(query, [.rejection], by: [.reason]))
            let total = report.total
            return ReportPage(
                period: report.period,
                grain: reasons.grain,
                nodes: report.nodes,
                figures: [
                    ("rejections", .whole(total.rejections)), ("rejections_5xx", .whole(total.rejections5xx)),
                    ("rejections_4xx", .whole(total.rejections4xx)), ("receptions", .whole(total.receptions)),
                    ("share", .share(total.rejections, of: total.rejections + total.receptions)),
                ],
                tables: [
                    .reasons(reasons),
                    .breakdown(
                        "bindings",
                        report,
                        [
                            ("rejections", { .whole($0.rejections) }),
                            ("share", { .share($0.rejections, of: $0.rejections + $0.receptions) }),
                        ]
                    ),
                ]
            )
        }
    }
}
