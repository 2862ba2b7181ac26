import MailEvents

/// Shows what became of a reply.
struct JudgementView {
    private static let columns = ["code", "class", "category", "powermta", "rule", "place", "reason"]
    /// Of the columns of a line that stands alone, so that lines align without knowing those that follow.
    private static let widths = [3, 23, 12, 19, 30]

    private let rules: RuleSet
    private let format: OutputFormat

    init(rules: RuleSet, format: OutputFormat) {
        self.rules = rules
        self.format = format
    }

    /// What stands above the lines; nil: nothing.
    var heading: String? { format == .csv ? Self.columns.joined(separator: ",") : nil }

    /// One reply alone.
    func document(_ judgement: Judgement) -> String {
        switch format {
        case .json: return object(judgement).text()
        case .csv: return Self.csv([values(judgement)])
        case .table:
            let bounceClass = judgement.verdict.bounceClass
            return """
                class     \(bounceClass.rawValue) \(bounceClass.name) (\(bounceClass.category.rawValue)): \
                \(bounceClass.summary)
                PowerMTA  \(judgement.verdict.powerMTA.rawValue)
                rule      \(rule(judgement).map { "\($0.name) (\($0.file):\($0.line))" } ?? "none fits")
                reason    \(judgement.reason)
                """
        }
    }

    /// One reply of many.
    func line(_ judgement: Judgement) -> String {
        let values = values(judgement)
        switch format {
        case .json: return object(judgement).text(indented: false)
        case .csv: return String(Self.csv([values]).split(separator: "\r\n", maxSplits: 1).last ?? "")
        case .table:
            let padded = zip(values, Self.widths).map { $0 + String(repeating: " ", count: max(0, $1 - $0.count)) }
            return (padded + [judgement.reason]).joined(separator: "  ")
        }
    }

    private func rule(_ judgement: Judgement) -> BounceRule? { judgement.rule.map { rules.rules[$0] } }

    private func values(_ judgement: Judgement) -> [String] {
        let bounceClass = judgement.verdict.bounceClass
        let rule = rule(judgement)
        return [
            "\(bounceClass.rawValue)", bounceClass.name, bounceClass.category.rawValue,
            judgement.verdict.powerMTA.rawValue, rule?.name ?? "–", rule.map { "\($0.file):\($0.line)" } ?? "–",
            judgement.reason,
        ]
    }

    private func object(_ judgement: Judgement) -> JSONValue {
        let bounceClass = judgement.verdict.bounceClass
        let rule = rule(judgement)
        return .object([
            ("bounce_class", .whole(Int64(bounceClass.rawValue))),
            ("name", .text(bounceClass.name)),
            ("category", .text(bounceClass.category.rawValue)),
            ("powermta_category", .text(judgement.verdict.powerMTA.rawValue)),
            ("rule", JSONValue(rule?.name)),
            ("file", JSONValue(rule?.file)),
            ("line", JSONValue(rule.map { Int64($0.line) })),
            ("label", JSONValue(rule?.label)),
            ("reason", .text(judgement.reason)),
        ])
    }

    private static func csv(_ rows: [[String]]) -> String {
        var table = TextTable(columns: columns.map(TextTable.Column.text))
        table.rows = rows
        return table.csv()
    }
}

/// The classes, for `classify --list`.
enum ClassList {
    static func text(_ format: OutputFormat) -> String {
        var table = TextTable(columns: [
            .number("code"), .text("class"), .text("category"), .text("PowerMTA"), .text("meaning"),
        ])
        table.rows = BounceClass.allCases.map {
            ["\($0.rawValue)", $0.name, $0.category.rawValue, $0.powerMTACategory.rawValue, $0.summary]
        }
        switch format {
        case .table: return table.aligned()
        case .csv: return table.csv()
        case .json: return JSONValue.array(BounceClass.allCases.map(object)).text()
        }
    }

    private static func object(_ bounceClass: BounceClass) -> JSONValue {
        .object([
            ("code", .whole(Int64(bounceClass.rawValue))),
            ("name", .text(bounceClass.name)),
            ("category", .text(bounceClass.category.rawValue)),
            ("powermta_category", .text(bounceClass.powerMTACategory.rawValue)),
            ("meaning", .text(bounceClass.summary)),
        ])
    }
}
