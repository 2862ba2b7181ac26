/// Makes rules of a TOML document. Says what was expected where something is wrong.
struct RuleFileReader {
    private let file: String
    private(set) var rules: [BounceRule] = []
    private(set) var notices: [String] = []
    /// Classes that the file names itself, in `[classes]`.
    private var classes: [String: BounceVerdict] = [:]
    private var names: [String: Int] = [:]

    init(file: String) {
        self.file = file
    }

    mutating func read(_ document: TOMLDocument) throws(RuleFileProblem) {
        for section in document.sections where section.path == ["classes"] { try readClasses(section) }
        for section in document.sections {
            switch (section.path, section.isElement) {
            case (["rules"], false): try readTable(section)
            case (["rule"], true): try readRule(section)
            case (["classes"], false): continue
            case ([], _) where section.entries.isEmpty: continue
            default: throw unknownSection(section)
            }
        }
        if rules.isEmpty { throw problem("there is no rule: expected [rules] or [[rule]]", 1) }
    }

    // MARK: - Sections

    private mutating func readClasses(_ section: TOMLDocument.Section) throws(RuleFileProblem) {
        for entry in section.entries {
            let meaning = try string(entry.item, "the class that \(entry.key) counts as")
            guard let verdict = BounceVerdict(named: meaning) else { throw noClass(meaning, entry.item.line) }
            classes[entry.key] = verdict
        }
    }

    /// KumoMTA's form: `Class = ["pattern", …]`.
    private mutating func readTable(_ section: TOMLDocument.Section) throws(RuleFileProblem) {
        for entry in section.entries {
            let verdict = verdict(ofLabel: entry)
            guard case .array(let items) = entry.item.value else {
                throw problem("\(entry.key): expected an array of patterns, found \(entry.item.value.kind)", entry.line)
            }
            for (index, item) in items.enumerated() {
                let pattern = try string(item, "a pattern of \(entry.key)")
                var rule = BounceRule(
                    name: "\(entry.key) \(index + 1)",
                    verdict: verdict,
                    label: entry.key,
                    file: file,
                    line: item.line
                )
                rule.pattern = pattern
                try add(rule)
            }
        }
    }

    /// A class that KumoMTA lets users invent is no error: its file must load as it is.
    private mutating func verdict(ofLabel entry: TOMLDocument.Entry) -> BounceVerdict {
        if let verdict = classes[entry.key] ?? BounceVerdict(named: entry.key) { return verdict }
        notices.append(
            "\(file):\(entry.line): '\(entry.key)' is no class that Mailmill knows, and counts as Undetermined: "
                + "say what it means with [classes] and \(entry.key) = \"Mail Block\" (or another class)"
        )
        return BounceVerdict(.undetermined)
    }

    /// Mailmill's form.
    private mutating func readRule(_ section: TOMLDocument.Section) throws(RuleFileProblem) {
        var rule = BounceRule(
            name: "",
            verdict: BounceVerdict(.undetermined),
            label: "",
            file: file,
            line: section.line
        )
        var category: PowerMTACategory?
        for entry in section.entries {
            let item = entry.item
            switch entry.key {
            case "name": rule.name = try string(item, "the rule's name")
            case "class":
                rule.label = try className(item)
                guard let verdict = classes[rule.label] ?? BounceVerdict(named: rule.label) else {
                    throw noClass(rule.label, item.line)
                }
                rule.verdict = verdict
            case "category":
                let name = try string(item, "a category of PowerMTA")
                category = PowerMTACategory(rawValue: name)
                if category == nil { throw noCategory(name, item.line) }
            case "reply": rule.replyCodes = try replyCodes(item)
            case "status": rule.statuses = try statuses(item)
            case "text": rule.texts = try texts(item)
            case "pattern": rule.pattern = try string(item, "a pattern")
            default:
                throw problem(
                    "'\(entry.key)' is unknown in a [[rule]]: expected name, class, category, reply, status, text "
                        + "or pattern",
                    entry.line
                )
            }
        }
        if let category { rule.verdict.powerMTA = category }
        try add(rule)
    }

    private mutating func add(_ rule: BounceRule) throws(RuleFileProblem) {
        guard !rule.name.isEmpty else { throw problem("the rule has no name: expected name = \"…\"", rule.line) }
        guard !rule.label.isEmpty else {
            throw problem("the rule \(rule.name) has no class: expected class = \"Mail Block\" or another", rule.line)
        }
        guard rule.pattern != nil || !(rule.texts.isEmpty && rule.replyCodes.isEmpty && rule.statuses.isEmpty) else {
            throw problem(
                "the rule \(rule.name) has no condition: expected reply, status, text or pattern",
                rule.line
            )
        }
        if let first = names.updateValue(rule.line, forKey: rule.name) {
            throw problem("the name \(rule.name) stands in line \(first) too: each rule needs its own", rule.line)
        }
        rules.append(rule)
    }

    // MARK: - Values

    private func className(_ item: TOMLDocument.Item) throws(RuleFileProblem) -> String {
        if case .integer(let code) = item.value { return String(code) }
        return try string(item, "a class")
    }

    private func replyCodes(_ item: TOMLDocument.Item) throws(RuleFileProblem) -> [ReplyCodePattern] {
        var patterns: [ReplyCodePattern] = []
        for text in try strings(item, "a reply code") {
            guard let pattern = ReplyCodePattern(text) else {
                throw problem("'\(text)' is no reply code: expected 550, 55x or 5xx", item.line)
            }
            patterns.append(pattern)
        }
        return patterns
    }

    private func statuses(_ item: TOMLDocument.Item) throws(RuleFileProblem) -> [StatusPattern] {
        var patterns: [StatusPattern] = []
        for text in try strings(item, "an enhanced status code") {
            guard let pattern = StatusPattern(text) else {
                throw problem("'\(text)' is no enhanced status code: expected 5.1.1, x.2.2 or 5.7.x", item.line)
            }
            patterns.append(pattern)
        }
        return patterns
    }

    private func texts(_ item: TOMLDocument.Item) throws(RuleFileProblem) -> [String] {
        let texts = try strings(item, "a text")
        for text in texts where text.utf8.allSatisfy({ $0 == 0x20 }) {
            throw problem("an empty text is part of every reply: expected some of its words", item.line)
        }
        return texts
    }

    /// One string or several.
    private func strings(_ item: TOMLDocument.Item, _ wanted: String) throws(RuleFileProblem) -> [String] {
        guard case .array(let items) = item.value else { return [try string(item, wanted)] }
        var strings: [String] = []
        for item in items { strings.append(try string(item, wanted)) }
        return strings
    }

    private func string(_ item: TOMLDocument.Item, _ wanted: String) throws(RuleFileProblem) -> String {
        guard case .string(let text) = item.value else {
            throw problem("expected \(wanted) as a string in quotes, found \(item.value.kind)", item.line)
        }
        return text
    }

    // MARK: - Problems

    private func problem(_ text: String, _ line: Int) -> RuleFileProblem {
        RuleFileProblem(file: file, line: line, problem: text)
    }

    private func noClass(_ name: String, _ line: Int) -> RuleFileProblem {
        problem(
            "'\(name)' is no class: expected Momentum's name or code (\"Mailbox Full\", 22), a class of KumoMTA, a "
                + "category of PowerMTA, or a name that [classes] explains; mailmill classify --list shows them",
            line
        )
    }

    private func noCategory(_ name: String, _ line: Int) -> RuleFileProblem {
        let all = PowerMTACategory.allCases.map(\.rawValue).joined(separator: ", ")
        return problem("'\(name)' is no category of PowerMTA: expected \(all)", line)
    }

    private func unknownSection(_ section: TOMLDocument.Section) -> RuleFileProblem {
        let name = section.path.joined(separator: ".")
        let heading = section.isElement ? "[[\(name)]]" : "[\(name)]"
        let shown = section.path.isEmpty ? "the key \(section.entries.first?.key ?? "")" : heading
        let line = section.path.isEmpty ? section.entries.first?.line : section.line
        return problem("\(shown) is unknown: expected [rules], [[rule]] or [classes]", line ?? section.line)
    }
}
