import ArgumentParser
import Foundation
import MailEvents

struct ClassifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classify",
        abstract:
            "Says what Mailmill makes of a reply: its bounce class, its canonical reason, and the rule that fired.",
        discussion: """
            A site's own rules are tried before Mailmill's; docs/operations/classify.md describes how to write them.
            Exit status 65 if a rule file is wrong; the message says in which line, and what was expected.
            """
    )

    @Argument(help: "The reply, as in '550 5.1.1 User unknown'; - reads replies from standard input, one a line.")
    var text: String?
    @Option(help: "A rule file (Mailmill's or KumoMTA's), tried before Mailmill's rules. May stand several times.")
    var rules: [String] = []
    @Flag(help: "Only the rules of --rules, without Mailmill's.")
    var only = false
    @Flag(help: "Lists the classes, with their codes, categories and PowerMTA's categories.")
    var list = false
    @OptionGroup var output: FormatOption

    func validate() throws {
        if list, text != nil { throw ValidationError("--list takes no reply") }
        if !list, text == nil {
            throw ValidationError("which reply? Give it in quotes, or - for standard input, or --list for the classes")
        }
        if only, rules.isEmpty { throw ValidationError("--only needs --rules FILE") }
    }

    func run() throws {
        if list { return Terminal.print(ClassList.text(output.format)) }
        let classifier = BounceClassifier(
            rules: try ruleSet(),
            hash: KeyedHash(key0: .random(in: .min ... .max), key1: .random(in: .min ... .max))
        )
        let view = JudgementView(rules: classifier.rules, format: output.format)
        guard let text, text != "-" else { return try classifyInput(classifier, view) }
        Terminal.print(view.document(classifier.judge(text)))
    }

    private func ruleSet() throws -> RuleSet {
        let files = try rules.map { path in try RuleFile(InputFile(path).content(), file: path) }
        for notice in files.flatMap(\.notices) { Terminal.note(notice) }
        return try only ? RuleSet(files) : BundledRules.ruleSet(after: files)
    }

    private func classifyInput(_ classifier: BounceClassifier, _ view: JudgementView) throws {
        if let heading = view.heading { Terminal.print(heading) }
        try InputFile("-").readChunks { chunk, _, isLast in
            var start = 0
            while start < chunk.count {
                let end = chunk[start...].firstIndex(of: UInt8(ascii: "\n"))
                guard end != nil || isLast else { break }
                let line = UnsafeRawBufferPointer(rebasing: chunk[start..<(end ?? chunk.count)])
                Terminal.print(view.line(classifier.judge(line)))
                start = (end ?? chunk.count - 1) + 1
            }
            return start
        }
    }
}

extension InputFile {
    /// All of it: for files that are small by nature.
    func content() throws -> [UInt8] {
        var bytes: [UInt8] = []
        try readChunks { chunk, _, _ in
            bytes += chunk
            return chunk.count
        }
        return bytes
    }
}
