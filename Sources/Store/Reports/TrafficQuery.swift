package import struct Foundation.Date

/// A period of time, half open: `from` counts, `to` does not.
package struct Period: Sendable, Equatable {
    package var from: Date
    package var to: Date

    package init(from: Date, to: Date) {
        self.from = from
        self.to = to
    }
}

/// What a report over the traffic asks for. Every nil filter lets everything through.
package struct TrafficQuery: Sendable, Equatable {
    package var period: Period
    package var node: String?
    package var bindingGroup: String?
    package var binding: String?
    /// A routing domain, lower case. Domains past the tier that a cube names are counted in `other`.
    package var domain: String?

    package init(
        period: Period,
        node: String? = nil,
        bindingGroup: String? = nil,
        binding: String? = nil,
        domain: String? = nil
    ) {
        self.period = period
        self.node = node
        self.bindingGroup = bindingGroup
        self.binding = binding
        self.domain = domain
    }
}

/// By what the rows of a breakdown are told apart.
package enum TrafficGrouping: String, Sendable, CaseIterable {
    case domain
    case binding
    /// Domain and binding.
    case both
    case node
    case minute
}
