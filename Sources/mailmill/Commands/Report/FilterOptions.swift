import ArgumentParser
import Store

/// What a report is limited to, beside its domain.
struct FilterOptions: ParsableArguments {
    @Option(help: "Only this node.")
    var node: String?
    @Option(name: .customLong("binding-group"), help: "Only this binding group.")
    var bindingGroup: String?
    @Option(help: "Only this binding.")
    var binding: String?

    func query(_ period: Period, domain: String?) -> TrafficQuery {
        TrafficQuery(
            period: period,
            node: node,
            bindingGroup: bindingGroup,
            binding: binding,
            domain: domain?.lowercased()
        )
    }
}
