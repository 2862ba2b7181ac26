import ArgumentParser
import Store

struct ReportDomainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "domain",
        abstract: "One domain, whichever: its traffic by binding, its failures by class and reason."
    )

    @OptionGroup var options: ReportOptions

    @Argument(help: "The domain.")
    var domain: String

    func run() async throws {
        let query = try options.query(domain: domain)
        guard query.node == nil, query.bindingGroup == nil, query.binding == nil else {
            throw ValidationError(
                "a domain is reported over all nodes and bindings; `report traffic --domain` filters by them"
            )
        }
        let name = domain.lowercased()
        try await options.print { snapshot in
            let all = try await snapshot.traffic(ofDomain: name, over: query.period, byBinding: false)
            let bindings = try await snapshot.traffic(ofDomain: name, over: query.period, byBinding: true)
            let classes = try await snapshot.failures(
                FailureQuery(query, kinds: [.permanentFailure, .outOfBandBounce], by: [.kind, .bounceClass])
            )
            let reasons = try await snapshot.failures(
                options.failures(query, [.transientFailure], by: [.reason])
            )
            let total = all.total
            return ReportPage(
                period: all.period,
                grain: all.grain,
                nodes: all.nodes,
                figures: [
                    ("receptions", .whole(total.receptions)), ("deliveries", .whole(total.deliveries)),
                    ("bounces", .whole(total.bounces)), ("bounce_share", .share(total.bounceRate)),
                    ("transient_failures", .whole(total.transientFailures)),
                    ("transient_share", .share(total.transientRate)), ("rejections", .whole(total.rejections)),
                    ("delivery_time_mean_ms", .average(total.deliveryTimeMean)),
                    ("delivery_time_max_ms", .whole(total.deliveryTimeCount > 0 ? total.deliveryTimeMax : nil)),
                ],
                tables: [
                    .breakdown(
                        "bindings",
                        bindings,
                        [
                            ("receptions", { .whole($0.receptions) }), ("deliveries", { .whole($0.deliveries) }),
                            ("bounces", { .whole($0.bounces) }),
                            ("transient_failures", { .whole($0.transientFailures) }),
                        ]
                    ),
                    .classes(classes), .reasons(reasons),
                ]
            )
        }
    }
}
