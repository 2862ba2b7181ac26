internal import Store

/// What traffic can be filtered by.
enum TrafficDimension: String, Sendable, CaseIterable {
    case node
    case bindingGroup = "binding_group"
    case binding
    case domain
}

extension FilterChoices {
    func names(of dimension: TrafficDimension) -> [String] {
        switch dimension {
        case .node: nodes
        case .bindingGroup: bindingGroups
        case .binding: bindings
        case .domain: domains
        }
    }
}
