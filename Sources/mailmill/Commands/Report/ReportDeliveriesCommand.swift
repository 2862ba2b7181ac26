import ArgumentParser
import Store

struct ReportDeliveriesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries",
        abstract: "What was received, attempted and delivered, as messages and as volume; the busiest domains."
    )

    @OptionGroup var options: ReportOptions
    @Option(help: "Only this domain.")
    var domain: String?

    func run() async throws {
        let query = try options.query(domain: domain)
        try await options.print { snapshot in
            let report = try await snapshot.traffic(query, by: .domain, limit: options.limit)
            let sizes = try await snapshot.deliveryTimes(query)
            let total = report.total
            return ReportPage(
                period: report.period,
                grain: report.grain,
                nodes: report.nodes,
                figures: [
                    ("receptions", .whole(total.receptions)), ("attempted", .whole(total.attempts)),
                    ("deliveries", .whole(total.deliveries)), ("permanent_failures", .whole(total.permanentFailures)),
                    ("transient_failures", .whole(total.transientFailures)), ("bytes_received", .whole(total.bytesIn)),
                    ("bytes_delivered", .whole(total.bytesOut)), ("size_min", .whole(sizes.smallest)),
                    ("size_average", .average(sizes.averageSize)), ("size_max", .whole(sizes.largest)),
                ],
                tables: [
                    .breakdown(
                        "domains",
                        report,
                        [
                            ("delivery_time_mean_ms", { .average($0.deliveryTimeMean) }),
                            ("receptions", { .whole($0.receptions) }), ("deliveries", { .whole($0.deliveries) }),
                            ("transient_failures", { .whole($0.transientFailures) }),
                            ("bounces", { .whole($0.bounces) }), ("bounce_share", { .share($0.bounceRate) }),
                            ("delivery_time_max_ms", { .whole($0.deliveryTimeCount > 0 ? $0.deliveryTimeMax : nil) }),
                        ]
                    )
                ]
            )
        }
    }
}
