internal import Foundation

/// The database's report as the template of the Database page takes it.
struct DatabaseView {
    let report: DatabaseReport
    let filter: LogFilter
    let maySeeLog: Bool

    var content: [String: Any] {
        [
            "report": [
                "summary": summary,
                "findings": report.findings.map(finding),
                "queries": report.queries.map(query),
                "has_queries": !report.queries.isEmpty,
                "log": log,
                "has_log": maySeeLog && report.log != nil,
                "is_remote": maySeeLog && report.log == nil,
                "log_is_empty": report.log?.isEmpty ?? true,
                "levels": LogFilter.Level.allCases.map { level in
                    ["value": level.rawValue, "label": Self.label(level), "is_current": level == filter.level]
                },
                "text": filter.text,
            ] as [String: Any]
        ]
    }

    private var summary: String {
        let wrong = report.findings.count { $0.verdict == .wrong }
        let warnings = report.findings.count { $0.verdict == .warning }
        switch (wrong, warnings) {
        case (0, 0): return "All is well."
        case (0, _): return "\(warnings) to look at, nothing wrong."
        default: return "\(wrong) wrong, \(warnings) to look at."
        }
    }

    private func finding(_ finding: DatabaseReport.Finding) -> [String: Any] {
        var content: [String: Any] = ["check": finding.check, "text": finding.text]
        switch finding.verdict {
        case .good: (content["state"], content["word"]) = ("up", "good")
        case .warning: (content["state"], content["word"]) = ("warn", "look")
        case .wrong: (content["state"], content["word"]) = ("down", "wrong")
        }
        if let advice = finding.advice { content["advice"] = advice }
        return content
    }

    private func query(_ query: DatabaseReport.Query) -> [String: Any] {
        [
            "text": query.text, "role": query.role, "calls": NumberText.whole(query.calls),
            "total": "\((query.totalMilliseconds / 100).rounded() / 10) s",
            "mean": "\((query.meanMilliseconds * 10).rounded() / 10) ms",
        ]
    }

    private var log: [[String: Any]] {
        guard maySeeLog else { return [] }
        return (report.log ?? []).map { line in
            let (message, rest) = Self.split(line.text)
            var content: [String: Any] = [
                "time": line.time, "level": line.level, "text": message,
                "is_bad": ["error", "fatal", "panic"].contains(line.level),
            ]
            if let rest {
                // What was looked for is shown.
                let isOpen = !filter.text.isEmpty && rest.localizedCaseInsensitiveContains(filter.text)
                content["rest"] = ["text": rest, "is_open": isOpen] as [String: Any]
            }
            return content
        }
    }

    /// An entry's message, and what follows it: detail, hint, statement.
    private static func split(_ text: String) -> (message: String, rest: String?) {
        guard let end = text.firstIndex(of: "\n") else { return (text, nil) }
        return (String(text[..<end]), String(text[text.index(after: end)...]))
    }

    private static func label(_ level: LogFilter.Level) -> String {
        switch level {
        case .log: "everything"
        case .warning: "warnings and errors"
        case .error: "errors"
        }
    }
}
