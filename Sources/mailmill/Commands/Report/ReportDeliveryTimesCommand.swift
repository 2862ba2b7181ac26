import ArgumentParser
import Store

struct ReportDeliveryTimesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delivery-times",
        abstract: "How long deliveries took, as a histogram."
    )

    @OptionGroup var options: ReportOptions
    @Option(help: "Only this domain.")
    var domain: String?

    func run() async throws {
        let query = try options.query(domain: domain)
        try await options.print { snapshot in
            let report = try await snapshot.deliveryTimes(query)
            let timed = report.slots.filter(\.isTimed)
            // By the hour, or longer where the period is.
            let seconds = max(3600, SeriesStep.seconds(for: query.period, points: 1000))
            let series = try await snapshot.series(query, seconds: seconds)
            let sum = timed.map(\.deliveries).reduce(0, +)
            return ReportPage(
                period: report.period,
                grain: report.grain,
                nodes: report.nodes,
                figures: [
                    ("deliveries", .whole(report.deliveries)), ("deliveries_timed", .whole(sum)),
                ],
                tables: [
                    ReportPage.Table(
                        "histogram",
                        ["up_to_ms", "deliveries", "share"],
                        timed.map { [.whole($0.upTo), .whole($0.deliveries), .share($0.deliveries, of: sum)] }
                    ),
                    ReportPage.Table(
                        "series",
                        ["start", "deliveries", "receptions"],
                        series.rows.map { row in
                            [
                                .text(row.minute.map { RFC3339.text($0) } ?? ""), .whole(row.measures.deliveries),
                                .whole(row.measures.receptions),
                            ]
                        }
                    ),
                ]
            )
        }
    }
}
