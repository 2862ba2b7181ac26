import PostgresServer

/// Findings as a person, a spreadsheet or a program reads them.
enum FindingsView {
    static func text(_ findings: [ServerFinding], _ format: OutputFormat) throws -> String {
        switch format {
        case .table: lines(findings)
        case .json: try EncodedJSON.text(findings)
        case .csv: table(findings).csv()
        }
    }

    private static func table(_ findings: [ServerFinding]) -> TextTable {
        var table = TextTable(columns: [.text("check"), .text("verdict"), .text("finding"), .text("advice")])
        table.rows = findings.map { [$0.check, $0.verdict.rawValue, $0.text, $0.advice ?? ""] }
        return table
    }

    private static func lines(_ findings: [ServerFinding]) -> String {
        let width = findings.map(\.check.count).max() ?? 0
        return findings.map { finding in
            let padding = String(repeating: " ", count: width - finding.check.count)
            let line = "\(sign(finding.verdict))  \(finding.check)\(padding)  \(finding.text)"
            guard let advice = finding.advice else { return line }
            return line + "\n" + String(repeating: " ", count: width + 8) + "→ " + advice
        }.joined(separator: "\n")
    }

    private static func sign(_ verdict: ServerFinding.Verdict) -> String {
        switch verdict {
        case .good: " ok "
        case .warning: "warn"
        case .wrong: "FAIL"
        }
    }
}
