/// Rows under headings, as text with aligned columns or as CSV (RFC 4180).
struct TextTable {
    enum Alignment {
        case left
        case right
    }

    struct Column {
        var heading: String
        var alignment: Alignment

        static func text(_ heading: String) -> Column { Column(heading: heading, alignment: .left) }
        static func number(_ heading: String) -> Column { Column(heading: heading, alignment: .right) }
    }

    var columns: [Column]
    var rows: [[String]] = []

    /// Columns aligned with two blanks between; the last column is not padded.
    func aligned() -> String {
        let lines = [columns.map(\.heading)] + rows
        let widths = columns.indices.map { index in lines.map { $0[index].count }.max() ?? 0 }
        return lines.map { cells in
            var line = ""
            for (index, cell) in cells.enumerated() {
                let padding = String(repeating: " ", count: widths[index] - cell.count)
                let isLast = index == cells.count - 1
                switch columns[index].alignment {
                case .left: line += isLast ? cell : cell + padding + "  "
                case .right: line += padding + cell + (isLast ? "" : "  ")
                }
            }
            return line
        }.joined(separator: "\n")
    }

    func csv() -> String {
        let lines = [columns.map(\.heading)] + rows
        return lines.map { $0.map(Self.quoted).joined(separator: ",") }.joined(separator: "\r\n")
    }

    /// A cell that a spreadsheet would take for a formula gets a quote before it: log texts are an attacker's input.
    private static func quoted(_ cell: String) -> String {
        let isFormula = cell.first.map { "=+-@\t\r".contains($0) } == true && Double(cell) == nil
        let safe = isFormula ? "'" + cell : cell
        guard safe.unicodeScalars.contains(where: { $0 == "\"" || $0 == "," || $0 == "\r" || $0 == "\n" }) else {
            return safe
        }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}
