internal import Foundation
internal import Store

/// A breakdown as a table: tabs, columns that sort by link, rows, total; also as CSV.
struct BreakdownView {
    /// With the rows that are to be seen.
    let report: TrafficReport
    let traffic: TrafficParameters
    let parameters: BreakdownParameters
    let zone: TimeZone
    let now: Date

    var content: [String: Any] {
        let columns = BreakdownParameters.columns(of: parameters.grouping)
        let keys = columns.filter(\.isKey)
        let rows = report.rows
        return [
            "tabs": BreakdownParameters.tabs.map(tab),
            "by": parameters.grouping.words,
            "columns": columns.map(column),
            "rows": rows.map { row($0, columns: columns) },
            "total": columns.filter { !$0.isKey }.map { cell($0, report.total, isTold: true) },
            "key_count": keys.count,
            "csv": csvLink,
            "shown_count": NumberText.whole(Int64(rows.count)),
            "row_count": NumberText.whole(report.rowCount),
            "is_cut": rows.count < report.rowCount,
            "has_other": rows.contains { $0.domain == Self.other },
            "has_untold": report.untold.rows > 0,
            "is_empty": rows.isEmpty,
        ]
    }

    static let other = "other"

    private func tab(_ grouping: TrafficGrouping) -> [String: Any] {
        let target = parameters.grouped(by: grouping)
        return [
            "label": grouping.words, "href": link(target), "is_current": grouping == parameters.grouping,
        ]
    }

    private func column(_ column: TrafficColumn) -> [String: Any] {
        let isCurrent = parameters.order.column == column
        let descends = isCurrent ? !parameters.order.isDescending : !column.isKey
        return [
            "label": column.label,
            "title": column.explanation,
            "href": link(parameters.sorted(by: TrafficOrder(column, isDescending: descends))),
            "is_key": column.isKey,
            "is_current": isCurrent,
            "sort": isCurrent ? (parameters.order.isDescending ? "descending" : "ascending") : "none",
            "mark": isCurrent ? (parameters.order.isDescending ? "▼" : "▲") : "",
        ]
    }

    private func row(_ row: TrafficRow, columns: [TrafficColumn]) -> [String: Any] {
        let isOther = row.domain == Self.other
        return [
            "keys": columns.filter(\.isKey).map { key($0, row) },
            "cells": columns.filter { !$0.isKey }.map { cell($0, row.measures, isTold: isTold($0, row)) },
            "is_other": isOther,
        ]
    }

    /// A key, with a link that filters by it where that makes sense.
    private func key(_ column: TrafficColumn, _ row: TrafficRow) -> [String: Any] {
        var fields = traffic.fields
        let name: String
        switch column {
        case .domain:
            name = row.domain ?? ""
            fields.set("domain", to: name)
        case .binding:
            name = row.binding ?? ""
            fields.set("binding", to: name)
            if let group = row.bindingGroup, !group.isEmpty { fields.set("binding_group", to: group) }
        case .node:
            name = row.node ?? ""
            fields.set("node", to: name)
        default:
            name = row.minute.map { TimeText.minute($0, in: zone) } ?? ""
        }
        parameters.add(to: &fields)
        let canFilter = !name.isEmpty && name != Self.other && column != .minute
        var content: [String: Any] = ["name": name, "is_untold": name.isEmpty, "has_link": canFilter]
        if canFilter { content["href"] = PeriodView.link("/dashboard", fields) }
        if column == .binding, let group = row.bindingGroup, !group.isEmpty { content["group"] = group }
        return content
    }

    private func cell(_ column: TrafficColumn, _ measures: TrafficMeasures, isTold: Bool) -> [String: Any] {
        let text = isTold ? column.text(measures) : nil
        return ["text": text ?? NumberText.unknown, "is_rate": column.isRate]
    }

    /// Where receptions or rejections come without a domain or binding, another row's zero is not a zero: nobody told.
    private func isTold(_ column: TrafficColumn, _ row: TrafficRow) -> Bool {
        switch column {
        case .receptions: row.measures.receptions > 0 || report.untold.receptions == 0
        case .rejections: row.measures.rejections > 0 || report.untold.rejections == 0
        default: true
        }
    }

    private func link(_ target: BreakdownParameters) -> String {
        var fields = traffic.fields
        target.add(to: &fields)
        return PeriodView.link("/dashboard", fields) + "#breakdown"
    }

    private var csvLink: String {
        var fields = traffic.fields
        parameters.add(to: &fields)
        fields.set("format", to: "csv")
        return PeriodView.link("/api/v1/traffic", fields)
    }

    // MARK: CSV

    /// The rows as shown, numbers bare.
    var csv: CSVTable {
        let columns = BreakdownParameters.columns(of: parameters.grouping)
        let hasGroups = columns.contains(.binding)
        var table = CSVTable(header: (hasGroups ? ["binding_group"] : []) + columns.map(\.rawValue))
        for row in report.rows {
            let group = hasGroups ? [CSVTable.guarded(row.bindingGroup ?? "")] : []
            table.append(group + columns.map { csvField($0, row) })
        }
        return table
    }

    private func csvField(_ column: TrafficColumn, _ row: TrafficRow) -> String {
        switch column {
        case .domain: CSVTable.guarded(row.domain ?? "")
        case .binding: CSVTable.guarded(row.binding ?? "")
        case .node: CSVTable.guarded(row.node ?? "")
        case .minute: row.minute.map { TimeParameter.format($0) } ?? ""
        default: isTold(column, row) ? column.bare(row.measures) : ""
        }
    }
}
