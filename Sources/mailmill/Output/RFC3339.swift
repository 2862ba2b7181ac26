import Foundation

/// Times as RFC 3339 writes them.
enum RFC3339 {
    /// In UTC; with a fraction only if there is one.
    static func text(_ time: Date) -> String {
        let isWhole = time.timeIntervalSince1970.rounded() == time.timeIntervalSince1970
        return time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: !isWhole))
    }

    /// nil if the text is not such a time. A date alone is its midnight in UTC.
    static func time(_ text: String) -> Date? {
        let form = /(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d):(\d\d)(\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d)))?/
        guard let match = text.wholeMatch(of: form)?.output else { return nil }
        func number(_ digits: Substring?) -> Int { digits.flatMap { Int($0) } ?? 0 }
        var parts = DateComponents()
        parts.calendar = Calendar(identifier: .gregorian)
        parts.timeZone = .gmt
        (parts.year, parts.month, parts.day) = (number(match.1), number(match.2), number(match.3))
        (parts.hour, parts.minute, parts.second) = (number(match.4), number(match.5), number(match.6))
        guard parts.isValidDate, let time = parts.date else { return nil }
        let offset = (number(match.9) * 60 + number(match.10)) * 60
        let fraction = match.7.flatMap { Double("0" + $0) } ?? 0
        return time.addingTimeInterval(fraction - Double(match.8 == "-" ? -offset : offset))
    }
}
