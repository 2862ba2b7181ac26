internal import PostgresClient

extension TrafficQuery {
    /// The parameters of `reports/traffic`, and the first of `reports/breakdown`.
    func parameters(by grouping: TrafficGrouping?) -> [(any PostgresEncodable)?] {
        [
            period.from, period.to, node, bindingGroup, binding, domain,
            grouping == .node,
            grouping == .binding || grouping == .both,
            grouping == .domain || grouping == .both,
            grouping == .minute ? 60.0 : Double?.none,
        ]
    }
}
