import Foundation
import Store

/// A report as the command line prints it: figures, and tables below them.
struct ReportPage {
    /// Rows under headings.
    struct Table {
        var name: String
        var columns: [String]
        var rows: [[ReportValue]]
        /// How many rows there are, shown or not.
        var rowCount: Int64

        init(_ name: String, _ columns: [String], _ rows: [[ReportValue]], of rowCount: Int64? = nil) {
            self.name = name
            self.columns = columns
            self.rows = rows
            self.rowCount = rowCount ?? Int64(rows.count)
        }

        func text(_ shown: (ReportValue) -> String) -> TextTable {
            let first = rows.first
            var table = TextTable(
                columns: columns.enumerated().map { index, name in
                    first?[index].isNumber == true ? .number(name) : .text(name)
                }
            )
            table.rows = rows.map { $0.map(shown) }
            return table
        }
    }

    var period: Period
    var grain: String
    var nodes: [NodeCompleteness]
    var figures: [(String, ReportValue)]
    var tables: [Table]

    private var completeUntil: Date? {
        let times = nodes.compactMap(\.completeUntil)
        return times.count == nodes.count ? times.min() : nil
    }

    func json() -> JSONValue {
        .object(
            [
                ("period", .object([("from", JSONValue(period.from)), ("to", JSONValue(period.to))])),
                ("grain", .text(grain)),
                ("complete_until", JSONValue(completeUntil)),
                (
                    "nodes",
                    .array(
                        nodes.map { node in
                            .object([("node", .text(node.node)), ("complete_until", JSONValue(node.completeUntil))])
                        }
                    )
                ),
                ("total", .object(figures.map { ($0.0, $0.1.json) })),
            ]
                + tables.flatMap { table in
                    [
                        (
                            table.name,
                            JSONValue.array(
                                table.rows.map { row in
                                    .object(zip(table.columns, row).map { ($0, $1.json) })
                                }
                            )
                        ),
                        (table.name + "_count", .whole(table.rowCount)),
                    ]
                }
        )
    }

    /// One table: the one of that name, else the first.
    ///
    /// - Returns: nil if there is no table of that name.
    func csv(_ name: String?) -> String? {
        guard let table = name == nil ? tables.first : tables.first(where: { $0.name == name }) else { return nil }
        return table.text(\.bare).csv()
    }

    func table() -> String {
        let complete = completeUntil.map { RFC3339.text($0) } ?? "unknown: a source has not been read yet"
        var parts = [
            "\(RFC3339.text(period.from)) to \(RFC3339.text(period.to)), by \(grain); "
                + "complete until \(nodes.isEmpty ? "unknown: no node reports" : complete)"
        ]
        if !figures.isEmpty {
            var summary = TextTable(columns: [.text("total"), .number("")])
            summary.rows = figures.map { [$0.0, $0.1.shown] }
            parts.append(summary.aligned())
        }
        for table in tables where !table.rows.isEmpty {
            let isCut = table.rowCount > Int64(table.rows.count)
            let title = table.name + (isCut ? " (\(table.rows.count) of \(table.rowCount))" : "")
            parts.append(title + "\n" + table.text(\.shown).aligned())
        }
        return parts.joined(separator: "\n\n")
    }
}
