import BenchmarkSupport
import Foundation
import LogGenerator
import MailEvents

/// How many lines a second become events, on one core, for each format; and pflogsumm and eximstats on the same files in
/// the same run.
///
/// `swift run -c release ParseBenchmark [messages]`
@main
struct ParseBenchmark {
    private static let start: Int64 = 1_772_680_000_000_000

    static func main() throws {
        let messages = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 200_000
        Machine.describe()
        let domains = DomainTail(count: 56_000)

        let postfix = PostfixLog(seed: 1, start: start, domains: domains, envelope: .iso)
        let (isoText, iso) = measure(.postfix, "Postfix, ISO 8601", postfix, messages)
        let traditional = PostfixLog(seed: 1, start: start, domains: domains, envelope: .traditional)
        measure(.postfix, "Postfix, traditional", traditional, messages)
        let structured = PostfixLog(seed: 1, start: start, domains: domains, envelope: .structured)
        measure(.postfix, "Postfix, RFC 5424", structured, messages)
        let journal = PostfixLog(seed: 1, start: start, domains: domains, envelope: .journal)
        measure(.postfix, "Postfix, journald JSON", journal, messages / 4)

        let exim = EximLog(seed: 1, start: start, domains: domains)
        measure(.exim, "Exim, ids of 23 characters", exim, messages)
        let oldExim = EximLog(seed: 1, start: start, domains: domains, hasLongIDs: false)
        let (eximText, oldEximFigure) = measure(.exim, "Exim, ids of 16 characters", oldExim, messages)

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

        try Yardstick.pflogsumm.compare(isoText, with: iso)
        try Yardstick.eximstats.compare(eximText, with: oldEximFigure)
    }

    /// Generates a log, reads it, and prints its figure.
    @discardableResult
    private static func measure(
        _ format: LogFormat,
        _ name: String,
        _ log: some GeneratedLines,
        _ messages: Int
    ) -> ([UInt8], Measurement) {
        var log = log
        let text = log.lines(messages: messages)
        let measurement = Measurement(format, name, text, log.tally)
        print(measurement.line)
        return (text, measurement)
    }
}
