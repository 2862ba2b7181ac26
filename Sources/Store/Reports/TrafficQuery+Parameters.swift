internal import PostgresClient

extension TrafficQuery {
    /// The parameters of `reports/traffic`.
    func parameters(by grouping: TrafficGrouping?) -> [(any PostgresEncodable)?] {
        [
            period.from, period.to, node, bindingGroup, binding, domain,
            grouping == .node,
            grouping == .binding || grouping == .both,
            grouping == .domain || grouping == .both,
            grouping == .minute ? 60.0 : Double?.none,
        ]
    }

    /// True if domain and binding are told apart together, which only the wide cubes can.
    func needsWideCube(_ grouping: TrafficGrouping?) -> Bool {
        let domains = domain != nil || grouping == .domain || grouping == .both
        let bindings =
            node != nil || bindingGroup != nil || binding != nil
            || grouping == .binding || grouping == .both || grouping == .node
        return domains && bindings
    }
}
