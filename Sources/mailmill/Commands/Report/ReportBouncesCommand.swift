import ArgumentParser
import Store

struct ReportBouncesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bounces",
        abstract: "In-band and out-of-band bounces by category, class and domain."
    )

    @OptionGroup var options: ReportOptions
    @Option(help: "Only this domain.")
    var domain: String?

    func run() async throws {
        let query = try options.query(domain: domain)
        try await options.print { snapshot in
            let order = TrafficOrder(.bounces, isDescending: true)
            let report = try await snapshot.traffic(query, by: .domain, order: order, limit: options.limit)
            // Few rows: no more than there are classes.
            let classes = try await snapshot.failures(
                FailureQuery(query, kinds: [.permanentFailure, .outOfBandBounce], by: [.kind, .bounceClass])
            )
            let total = report.total
            return ReportPage(
                period: report.period,
                grain: classes.grain,
                nodes: report.nodes,
                figures: [
                    ("bounces", .whole(total.bounces)), ("in_band", .whole(total.permanentFailures)),
                    ("out_of_band", .whole(total.outOfBandBounces)), ("messages", .whole(total.ended)),
                    ("share", .share(total.bounceRate)),
                ],
                tables: [
                    .classes(classes), .categories(classes),
                    .breakdown(
                        "domains",
                        report,
                        [
                            ("messages", { .whole($0.ended) }), ("bounces", { .whole($0.bounces) }),
                            ("share", { .share($0.bounceRate) }),
                        ]
                    ),
                ]
            )
        }
    }
}
