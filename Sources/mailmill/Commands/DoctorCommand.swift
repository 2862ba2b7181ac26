import ArgumentParser

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks everything, and says what to do.",
        discussion: "Exit status 0 if nothing is wrong, 1 if something is."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption

    @Flag(help: "Only compare the figures: every grain with the one below it, and with the events. Reads everything.")
    var figures = false

    func run() async throws {
        let settings = try global.settings()
        let doctor = Doctor(settings)
        let findings = figures ? await doctor.figures() : await doctor.examine()
        switch output.format {
        case .table: Terminal.print(Self.text(findings))
        case .json:
            Terminal.print(
                JSONValue.array(
                    findings.map { finding in
                        .object([
                            ("check", .text(finding.check)),
                            ("verdict", .text(finding.verdict.rawValue)),
                            ("finding", .text(finding.text)),
                            ("advice", JSONValue(finding.advice)),
                        ])
                    }
                ).text()
            )
        case .csv:
            var table = TextTable(columns: [.text("check"), .text("verdict"), .text("finding"), .text("advice")])
            table.rows = findings.map { [$0.check, $0.verdict.rawValue, $0.text, $0.advice ?? ""] }
            Terminal.print(table.csv())
        }
        if findings.contains(where: { $0.verdict == .wrong }) { throw ExitCode(1) }
    }

    private static func text(_ findings: [Doctor.Finding]) -> String {
        let width = findings.map(\.check.count).max() ?? 0
        return findings.map { finding in
            let padding = String(repeating: " ", count: width - finding.check.count)
            let line = "\(finding.verdict.sign)  \(finding.check)\(padding)  \(finding.text)"
            guard let advice = finding.advice else { return line }
            return line + "\n" + String(repeating: " ", count: width + 8) + "→ " + advice
        }.joined(separator: "\n")
    }
}
