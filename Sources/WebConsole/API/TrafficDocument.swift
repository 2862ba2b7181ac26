package import Store
internal import Foundation

/// A breakdown as `/api/v1/traffic` and `report traffic` print it.
package struct TrafficDocument: Encodable, Sendable {
    private let report: TrafficReport

    package init(_ report: TrafficReport) {
        self.report = report
    }

    private enum Key: String, CodingKey {
        case period, grain, nodes, rows, total
        case completeUntil = "complete_until"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(PeriodDocument(report.period), forKey: .period)
        try container.encode(report.grain, forKey: .grain)
        try container.encode(report.completeUntil, forKey: .completeUntil)
        try container.encode(report.nodes.map(CompletenessDocument.init), forKey: .nodes)
        try container.encode(report.rows.map(Row.init), forKey: .rows)
        try container.encode(MeasuresDocument(report.total), forKey: .total)
    }

    private struct Row: Encodable {
        let row: TrafficRow

        private enum Key: String, CodingKey {
            case node, binding, domain, minute
            case bindingGroup = "binding_group"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encodeIfPresent(row.node, forKey: .node)
            try container.encodeIfPresent(row.bindingGroup, forKey: .bindingGroup)
            try container.encodeIfPresent(row.binding, forKey: .binding)
            try container.encodeIfPresent(row.domain, forKey: .domain)
            try container.encodeIfPresent(row.minute, forKey: .minute)
            try MeasuresDocument(row.measures).encode(to: encoder)
        }
    }
}

/// Up to when a node's logs have been read; null if one of them has not been read at all.
struct CompletenessDocument: Encodable, Sendable {
    let node: String
    let completeUntil: Date?

    init(_ completeness: NodeCompleteness) {
        self.node = completeness.node
        self.completeUntil = completeness.completeUntil
    }

    private enum Key: String, CodingKey {
        case node
        case completeUntil = "complete_until"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(node, forKey: .node)
        try container.encode(completeUntil, forKey: .completeUntil)
    }
}
