import Foundation
import Store

/// A traffic report as the command line prints it.
struct TrafficReportView {
    var report: TrafficReport
    var grouping: TrafficGrouping?

    private static let measures: [(name: String, value: @Sendable (TrafficMeasures) -> Int64)] = [
        ("receptions", { $0.receptions }),
        ("deliveries", { $0.deliveries }),
        ("transient_failures", { $0.transientFailures }),
        ("permanent_failures", { $0.permanentFailures }),
        ("out_of_band_bounces", { $0.outOfBandBounces }),
        ("expirations", { $0.expirations }),
        ("rejections", { $0.rejections }),
        ("discards", { $0.discards }),
    ]

    func json() -> JSONValue {
        .object([
            ("period", .object([("from", JSONValue(report.period.from)), ("to", JSONValue(report.period.to))])),
            ("grain", .text(report.grain)),
            ("complete_until", JSONValue(report.completeUntil)),
            (
                "nodes",
                .array(
                    report.nodes.map { node in
                        .object([("node", .text(node.node)), ("complete_until", JSONValue(node.completeUntil))])
                    }
                )
            ),
            (
                "rows",
                .array(
                    report.rows.map { row in
                        .object(keys(row).map { ($0.0, JSONValue($0.1)) } + Self.members(row.measures))
                    }
                )
            ),
            ("total", .object(Self.members(report.total))),
        ])
    }

    /// Rows only: what CSV holds.
    func rows() -> TextTable {
        let first = report.rows.first.map { keys($0).map(\.0) } ?? keys(TrafficRow(measures: report.total)).map(\.0)
        var table = TextTable(
            columns: first.map { .text($0) } + Self.measures.map { .number($0.name) }
        )
        for row in report.rows {
            table.rows.append(keys(row).map { $0.1 ?? "" } + Self.measures.map { String($0.value(row.measures)) })
        }
        return table
    }

    /// Rows, the total below them, and how far the figures are complete.
    func table() -> String {
        var table = rows()
        let labels = table.columns.count - Self.measures.count
        if labels == 0 {
            table.columns.insert(.text(""), at: 0)
            for index in table.rows.indices { table.rows[index].insert("", at: 0) }
        }
        for index in table.rows.indices where labels > 0 {
            for column in 0..<labels where table.rows[index][column].isEmpty { table.rows[index][column] = "–" }
        }
        table.rows.append(
            ["total"] + Array(repeating: "", count: max(labels - 1, 0))
                + Self.measures.map { String($0.value(report.total)) }
        )
        let complete = report.completeUntil.map { RFC3339.text($0) } ?? "unknown: a source has not been read yet"
        return """
            \(RFC3339.text(report.period.from)) to \(RFC3339.text(report.period.to)), by \(report.grain); \
            complete until \(report.nodes.isEmpty ? "unknown: no node reports" : complete)

            \(table.aligned())
            """
    }

    private static func members(_ measures: TrafficMeasures) -> [(String, JSONValue)] {
        Self.measures.map { ($0.name, .whole($0.value(measures))) }
    }

    private func keys(_ row: TrafficRow) -> [(String, String?)] {
        switch grouping {
        case nil: []
        case .domain: [("domain", row.domain)]
        case .binding: [("binding_group", row.bindingGroup), ("binding", row.binding)]
        case .both: [("domain", row.domain), ("binding_group", row.bindingGroup), ("binding", row.binding)]
        case .node: [("node", row.node)]
        case .minute: [("minute", row.minute.map { RFC3339.text($0) })]
        }
    }
}
