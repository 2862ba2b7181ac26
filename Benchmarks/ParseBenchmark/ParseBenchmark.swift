import BenchmarkSupport
import Foundation
import LogGenerator
import MailEvents

/// How many lines a second become events, on one core, for each format; and pflogsumm on the same Postfix file in the
/// same run.
///
/// `swift run -c release ParseBenchmark [messages]`
@main
struct ParseBenchmark {
    static func main() throws {
        let messages = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 200_000
        Machine.describe()
        let start: Int64 = 1_772_680_000_000_000
        let domains = DomainTail(count: 56_000)

        var iso = PostfixLog(seed: 1, start: start, domains: domains, envelope: .iso)
        let isoText = iso.lines(messages: messages)
        var traditional = PostfixLog(seed: 1, start: start, domains: domains, envelope: .traditional)
        let traditionalText = traditional.lines(messages: messages)
        var journal = PostfixLog(seed: 1, start: start, domains: domains, envelope: .journal)
        let journalText = journal.lines(messages: messages / 4)
        var momentum = MomentumLog(seed: 1, start: start, domains: domains)
        let momentumText = momentum.lines(messages: messages)

        let postfix = Measurement(.postfix, "Postfix, ISO 8601", isoText, iso.tally)
        let old = Measurement(.postfix, "Postfix, traditional", traditionalText, traditional.tally)
        let entries = Measurement(.postfix, "Postfix, journald JSON", journalText, journal.tally)
        let mainlog = Measurement(.momentumMainlog, "Momentum mainlog", momentumText, momentum.tally)
        for measurement in [postfix, old, entries, mainlog] { tell(measurement.line) }
        let rate = postfix.linesPerSecond
        Goal("parsing Postfix on one core", "1 700 000 lines/s or more").tell(
            "\(Figure.grouped(rate)) lines/s",
            isReached: rate >= 1_700_000
        )
        let ratio = rate / (try Pflogsumm.rate(isoText, lines: postfix.lines))
        Goal("the same against pflogsumm", "15 times or more").tell(
            "\(Figure.decimal(ratio, 1)) times",
            isReached: ratio >= 15
        )
    }
}
