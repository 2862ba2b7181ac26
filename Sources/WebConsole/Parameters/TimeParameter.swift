internal import Foundation

/// A time in a URL: RFC 3339, or what an `<input type="datetime-local">` sends, which is meant in the person's zone.
enum TimeParameter {
    static let expected = "a time such as 2026-11-22T20:50:00Z, or 2026-11-22T20:50 in your time zone"

    /// nil if `text` is neither.
    static func parse(_ text: String, zone: TimeZone) -> Date? {
        var reader = Reader(text: text.utf8[...])
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
            let day = reader.number(2), reader.take("T") || reader.take("t") || reader.take(" "),
            let hour = reader.number(2), reader.take(":"), let minute = reader.number(2)
        else { return nil }
        var second = 0
        if reader.take(":") {
            guard let number = reader.number(2) else { return nil }
            second = number
            if reader.take(".") { reader.skipDigits() }
        }
        guard LocalTime.isDate(year: year, month: month, day: day), hour < 24, minute < 60, second <= 60,
            let zone = reader.zone(otherwise: zone), reader.text.isEmpty
        else { return nil }
        return LocalTime.date(
            year: year,
            month: month,
            day: day,
            hour: hour,
            minute: minute,
            second: min(second, 59),
            in: zone
        )
    }

    /// RFC 3339 in UTC, whole seconds.
    static func format(_ date: Date) -> String {
        let time = LocalTime(date, in: .gmt)
        let clock = [time.hour, time.minute, time.second].map { TimeText.padded($0, 2) }.joined(separator: ":")
        return "\(TimeText.day(of: time))T\(clock)Z"
    }

    private struct Reader {
        var text: Substring.UTF8View

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard text.first == UInt8(ascii: character) else { return false }
            text.removeFirst()
            return true
        }

        mutating func number(_ digits: Int) -> Int? {
            let part = text.prefix(digits)
            guard part.count == digits, part.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
                return nil
            }
            text = text.dropFirst(digits)
            return Int(Substring(part))
        }

        mutating func skipDigits() {
            text = text.drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }

        mutating func zone(otherwise: TimeZone) -> TimeZone? {
            if text.isEmpty { return otherwise }
            if take("Z") || take("z") { return .gmt }
            // A plus sign in a URL that nobody encoded arrives as a space.
            let isEast = take("+") || take(" ")
            guard isEast || take("-"), let hours = number(2), hours < 24, take(":"), let minutes = number(2),
                minutes < 60
            else { return nil }
            return TimeZone(secondsFromGMT: (isEast ? 1 : -1) * (hours * 3600 + minutes * 60))
        }
    }
}
