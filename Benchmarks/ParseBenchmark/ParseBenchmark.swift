import BenchmarkSupport
import Foundation
import LogGenerator
import MailEvents

/// How many lines a second become events, on one core, for each format; and pflogsumm and eximstats on the same files in
/// the same run.
///
/// `swift run -c release ParseBenchmark [messages [format…]]`, formats by their names in settings; else all.
@main
struct ParseBenchmark {
    private static let start: Int64 = 1_772_680_000_000_000

    static func main() throws {
        let messages = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 200_000
        Machine.describe()
        let domains = DomainTail(count: 56_000)
        try measureText(messages, domains)
        measureRecords(messages, domains)
    }

    /// Logs of lines, with their yardsticks.
    private static func measureText(_ messages: Int, _ domains: DomainTail) throws {
        let postfix = PostfixLog(seed: 1, start: start, domains: domains, envelope: .iso)
        let isoFigure = measure(.postfix, "Postfix, ISO 8601", postfix, messages)
        let traditional = PostfixLog(seed: 1, start: start, domains: domains, envelope: .traditional)
        measure(.postfix, "Postfix, traditional", traditional, messages)
        let structured = PostfixLog(seed: 1, start: start, domains: domains, envelope: .structured)
        measure(.postfix, "Postfix, RFC 5424", structured, messages)
        let journal = PostfixLog(seed: 1, start: start, domains: domains, envelope: .journal)
        measure(.postfix, "Postfix, journald JSON", journal, messages / 4)

        let exim = EximLog(seed: 1, start: start, domains: domains)
        measure(.exim, "Exim, ids of 23 characters", exim, messages)
        let oldExim = EximLog(seed: 1, start: start, domains: domains, hasLongIDs: false)
        let eximFigure = measure(.exim, "Exim, ids of 16 characters", oldExim, messages)

        if let (text, figure) = isoFigure { try Yardstick.pflogsumm.compare(text, with: figure) }
        if let (text, figure) = eximFigure { try Yardstick.eximstats.compare(text, with: figure) }
    }

    /// Logs of records.
    private static func measureRecords(_ messages: Int, _ domains: DomainTail) {
        measure(.momentumMainlog, "Momentum mainlog", MomentumLog(seed: 1, start: start, domains: domains), messages)
        func sideLog(_ kind: MomentumSideLog.Kind, _ format: LogFormat, _ name: String) {
            measure(format, name, MomentumSideLog(kind, seed: 1, start: start, domains: domains), messages)
        }
        sideLog(.bouncelog, .momentumBouncelog, "Momentum bouncelog")
        sideLog(.rejectlog, .momentumRejectlog, "Momentum rejectlog")
        sideLog(.fbllog, .momentumFbllog, "Momentum fbllog")
        sideLog(.json, .momentumJSON, "Momentum JSON")
        measure(.kumomta, "KumoMTA", KumoMTALog(seed: 1, start: start, domains: domains), messages / 2)
        measure(.powermta, "PowerMTA", PowerMTALog(seed: 1, start: start, domains: domains), messages)
    }

    /// Generates a log, reads it, and prints its figure; nil if its format was not asked for.
    @discardableResult
    private static func measure(
        _ format: LogFormat,
        _ name: String,
        _ log: some GeneratedLines,
        _ messages: Int
    ) -> ([UInt8], Measurement)? {
        let wanted = CommandLine.arguments.dropFirst(2)
        guard wanted.isEmpty || wanted.contains(format.rawValue) else { return nil }
        var log = log
        let text = log.lines(messages: messages)
        let measurement = Measurement(format, name, text, log.tally)
        tell(measurement.line)
        let goal = format == .postfix ? 2.0 : 1.0
        Goal("parsing \(name) on one core", "\(Figure.decimal(goal, 0)) million lines/s or more").tell(
            "\(Figure.grouped(measurement.linesPerSecond)) lines/s",
            isReached: measurement.linesPerSecond >= goal * 1e6
        )
        return (text, measurement)
    }
}
