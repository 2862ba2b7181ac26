internal import Store

extension TrafficColumn {
    /// By what rows are told apart, not what is counted in them.
    var isKey: Bool {
        switch self {
        case .node, .domain, .binding, .minute: true
        case .receptions, .deliveries, .bounces, .bounceRate, .transientFailures, .transientRate, .rejections,
            .deliveryTime, .deliveryTimeMax:
            false
        }
    }

    var isRate: Bool { self == .bounceRate || self == .transientRate }

    var label: String {
        switch self {
        case .node: "Node"
        case .domain: "Domain"
        case .binding: "Binding"
        case .minute: "Minute"
        case .receptions: "Receptions"
        case .deliveries: "Deliveries"
        case .bounces: "Bounces"
        case .bounceRate: "Bounced"
        case .transientFailures: "Transient"
        case .transientRate: "Deferred"
        case .rejections: "Rejections"
        case .deliveryTime: "Mean time"
        case .deliveryTimeMax: "Longest"
        }
    }

    /// The tooltip of the column's head.
    var explanation: String {
        switch self {
        case .node: "Mail server"
        case .domain: "Domain of the recipient; other is all domains that are not counted by name"
        case .binding: "Sending address, transport or virtual MTA"
        case .minute: "Beginning of the minute"
        case .receptions: "Messages taken in"
        case .deliveries: "Recipients delivered to, at whatever attempt"
        case .bounces: "Permanent failures, in-band and out-of-band"
        case .bounceRate: "Bounces as a share of deliveries and bounces"
        case .transientFailures: "Attempts that failed for now (4xx)"
        case .transientRate: "Transient failures as a share of all attempts"
        case .rejections: "Refused at the door, 4xx and 5xx"
        case .deliveryTime: "Mean time from reception to delivery"
        case .deliveryTimeMax: "Longest time from reception to delivery"
        }
    }

    /// For the page; nil: not told.
    func text(_ measures: TrafficMeasures) -> String? {
        switch self {
        case .node, .domain, .binding, .minute: nil
        case .receptions: NumberText.whole(measures.receptions)
        case .deliveries: NumberText.whole(measures.deliveries)
        case .bounces: NumberText.whole(measures.bounces)
        case .bounceRate: measures.bounceRate.map { NumberText.percent($0) }
        case .transientFailures: NumberText.whole(measures.transientFailures)
        case .transientRate: measures.transientRate.map { NumberText.percent($0) }
        case .rejections: NumberText.whole(measures.rejections)
        case .deliveryTime: measures.deliveryTimeMean.map { NumberText.duration(milliseconds: $0) }
        case .deliveryTimeMax:
            measures.deliveryTimeCount > 0
                ? NumberText.duration(milliseconds: Double(measures.deliveryTimeMax)) : nil
        }
    }

    /// For CSV: shares from 0 to 1, times in milliseconds, nothing where not told.
    func bare(_ measures: TrafficMeasures) -> String {
        switch self {
        case .node, .domain, .binding, .minute: ""
        case .receptions: String(measures.receptions)
        case .deliveries: String(measures.deliveries)
        case .bounces: String(measures.bounces)
        case .bounceRate: measures.bounceRate.map { String($0) } ?? ""
        case .transientFailures: String(measures.transientFailures)
        case .transientRate: measures.transientRate.map { String($0) } ?? ""
        case .rejections: String(measures.rejections)
        case .deliveryTime: measures.deliveryTimeMean.map { String($0) } ?? ""
        case .deliveryTimeMax: measures.deliveryTimeCount > 0 ? String(measures.deliveryTimeMax) : ""
        }
    }
}

extension TrafficGrouping {
    /// On the tab.
    var words: String {
        switch self {
        case .domain: "Domains"
        case .binding: "Bindings"
        case .both: "Domains and bindings"
        case .node: "Nodes"
        case .minute: "Minutes"
        }
    }
}
