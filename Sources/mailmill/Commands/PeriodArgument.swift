import ArgumentParser
import Foundation
import Store

/// A period as arguments give it.
enum PeriodArgument {
    static func period(from: String?, to: String?, last: String?, now: Date) throws -> Period {
        let end = try to.map { try time($0, "--to") } ?? now
        if let last {
            guard from == nil else { throw ValidationError("give --from or --last, not both") }
            let value = SettingValue(
                key: SettingKey("--last", .duration, "", ""),
                text: last,
                items: [],
                place: "--last"
            )
            guard let length = try? value.duration(), length > .zero else {
                throw ValidationError("--last: expected a length such as 30m, 12h or 7d, found '\(last)'")
            }
            return Period(from: end.addingTimeInterval(-Double(length.components.seconds)), to: end)
        }
        let start = try from.map { try time($0, "--from") } ?? end.addingTimeInterval(-3600)
        guard start < end else {
            throw ValidationError(
                "the period is empty: --from \(RFC3339.text(start)) is not before --to \(RFC3339.text(end))"
            )
        }
        return Period(from: start, to: end)
    }

    private static func time(_ text: String, _ option: String) throws -> Date {
        guard let time = RFC3339.time(text) else {
            throw ValidationError("\(option): expected a time such as 2026-03-05T04:00:00Z, found '\(text)'")
        }
        return time
    }
}
