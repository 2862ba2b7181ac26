import ArgumentParser
import Foundation
import Store

/// Which time a report is about.
struct PeriodOptions: ParsableArguments {
    @Option(help: "Beginning of the period, inclusive: RFC 3339, or a date for its midnight UTC.")
    var from: String?
    @Option(help: "End of the period, exclusive (default: now).")
    var to: String?
    @Option(help: "Length of the period up to --to, instead of --from: 30m, 12h, 7d.")
    var last: String?

    /// - Parameter usual: the length where none of them is given.
    func period(orElse usual: String = "1h") throws -> Period {
        try PeriodArgument.period(from: from, to: to, last: from == nil && last == nil ? usual : last, now: Date())
    }
}
