internal import Store

/// Which breakdown the dashboard shows, and in what order.
struct BreakdownParameters: Sendable, Hashable {
    let grouping: TrafficGrouping
    let order: TrafficOrder
    let limit: Int

    static let pageLimit = 100
    static let longestAnswer = 10_000
    /// In the order of the tabs.
    static let tabs: [TrafficGrouping] = [.domain, .binding, .both, .node]

    /// Reads `by`, `sort` (a column; with `-` before it descending) and `limit`.
    init(_ fields: FormFields, allowing groupings: [TrafficGrouping] = tabs, problems: inout [ParameterProblem]) {
        var grouping = groupings[0]
        if let text = fields.text("by") {
            if let chosen = TrafficGrouping(rawValue: text), groupings.contains(chosen) {
                grouping = chosen
            } else {
                let names = groupings.map(\.rawValue).joined(separator: ", ")
                problems.append(ParameterProblem(name: "by", given: text, expected: "one of \(names)"))
            }
        }
        self.grouping = grouping
        var order = grouping == .minute ? TrafficOrder(.minute, isDescending: false) : .standard
        if let text = fields.text("sort") {
            let columns = Self.columns(of: grouping)
            let name = text.hasPrefix("-") ? String(text.dropFirst()) : text
            if let column = columns.first(where: { $0.rawValue == name }) {
                order = TrafficOrder(column, isDescending: text.hasPrefix("-"))
            } else if TrafficColumn(rawValue: name) == nil {
                let names = columns.map(\.rawValue).joined(separator: ", ")
                problems.append(
                    ParameterProblem(
                        name: "sort",
                        given: text,
                        expected: "one of \(names), descending with - before it"
                    )
                )
            }
        }
        self.order = order
        var limit = Self.pageLimit
        if let text = fields.text("limit") {
            if let number = Int(text), (1...Self.longestAnswer).contains(number) {
                limit = number
            } else {
                let expected = "a number from 1 to \(Self.longestAnswer)"
                problems.append(ParameterProblem(name: "limit", given: text, expected: expected))
            }
        }
        self.limit = limit
    }

    /// The columns of a breakdown, in the order in which they are shown; the keys come first.
    static func columns(of grouping: TrafficGrouping) -> [TrafficColumn] {
        let keys: [TrafficColumn] =
            switch grouping {
            case .domain: [.domain]
            case .binding: [.binding]
            case .both: [.domain, .binding]
            case .node: [.node]
            case .minute: [.minute]
            }
        return keys + [
            .receptions, .deliveries, .bounces, .bounceRate, .transientFailures, .transientRate, .rejections,
            .deliveryTime, .deliveryTimeMax,
        ]
    }

    /// As they go into a link: what is the default is left out.
    func add(to fields: inout FormFields) {
        fields.set("by", to: grouping == .domain ? nil : grouping.rawValue)
        let text = "\(order.isDescending ? "-" : "")\(order.column.rawValue)"
        fields.set("sort", to: order == .standard ? nil : text)
        fields.set("limit", to: limit == Self.pageLimit ? nil : String(limit))
    }

    func sorted(by order: TrafficOrder) -> BreakdownParameters {
        BreakdownParameters(grouping: grouping, order: order, limit: limit)
    }

    func grouped(by grouping: TrafficGrouping) -> BreakdownParameters {
        let isKept = Self.columns(of: grouping).contains(order.column)
        return BreakdownParameters(grouping: grouping, order: isKept ? order : .standard, limit: limit)
    }

    private init(grouping: TrafficGrouping, order: TrafficOrder, limit: Int) {
        self.grouping = grouping
        self.order = order
        self.limit = limit
    }
}
