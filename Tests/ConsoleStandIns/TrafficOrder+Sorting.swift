internal import Foundation
package import Store

extension TrafficOrder {
    /// The first `limit` of `rows` in this order.
    package func first(_ limit: Int, of rows: [TrafficRow]) -> [TrafficRow] {
        Array(rows.sorted(by: precedes).prefix(limit))
    }

    private func precedes(_ one: TrafficRow, _ other: TrafficRow) -> Bool {
        let ascending = compare(one, other)
        if ascending != 0 { return isDescending ? ascending > 0 : ascending < 0 }
        return Self.keys(of: one).lexicographicallyPrecedes(Self.keys(of: other))
    }

    /// Negative, zero or positive. What is not known counts as least.
    private func compare(_ one: TrafficRow, _ other: TrafficRow) -> Int {
        switch column {
        case .node: Self.order(one.node ?? "", other.node ?? "")
        case .domain: Self.order(one.domain ?? "", other.domain ?? "")
        case .binding: Self.order(one.binding ?? "", other.binding ?? "")
        case .minute: Self.order(one.minute ?? .distantPast, other.minute ?? .distantPast)
        case .receptions: Self.order(one.measures.receptions, other.measures.receptions)
        case .deliveries: Self.order(one.measures.deliveries, other.measures.deliveries)
        case .bounces: Self.order(one.measures.bounces, other.measures.bounces)
        case .bounceRate: Self.order(one.measures.bounceRate ?? -1, other.measures.bounceRate ?? -1)
        case .transientFailures: Self.order(one.measures.transientFailures, other.measures.transientFailures)
        case .transientRate: Self.order(one.measures.transientRate ?? -1, other.measures.transientRate ?? -1)
        case .rejections: Self.order(one.measures.rejections, other.measures.rejections)
        case .deliveryTime: Self.order(one.measures.deliveryTimeMean ?? -1, other.measures.deliveryTimeMean ?? -1)
        case .deliveryTimeMax: Self.order(one.measures.deliveryTimeMax, other.measures.deliveryTimeMax)
        }
    }

    private static func order<Value: Comparable>(_ one: Value, _ other: Value) -> Int {
        one == other ? 0 : one < other ? -1 : 1
    }

    private static func keys(of row: TrafficRow) -> [String] {
        [row.domain ?? "", row.bindingGroup ?? "", row.binding ?? "", row.node ?? ""]
    }
}
