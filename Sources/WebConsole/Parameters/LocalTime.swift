internal import Foundation

/// A time as a calendar and a clock on the wall show it: the proleptic Gregorian calendar, one zone.
/// Plain arithmetic: a page shows hundreds of times, and Foundation's formatters cost more than its queries.
struct LocalTime: Sendable, Equatable {
    let year: Int
    let month: Int
    let day: Int
    let hour: Int
    let minute: Int
    let second: Int
    /// Of the zone at that time.
    let secondsFromUTC: Int

    init(_ date: Date, in zone: TimeZone) {
        self.secondsFromUTC = zone.secondsFromGMT(for: date)
        let local = Int(date.timeIntervalSince1970.rounded(.down)) + secondsFromUTC
        let days = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
        let rest = local - days * 86_400
        (self.year, self.month, self.day) = Self.civil(fromDays: days)
        self.hour = rest / 3600
        self.minute = rest / 60 % 60
        self.second = rest % 60
    }

    /// The time that a zone's clocks show so; the earlier of two, and the one after a gap that the clocks jump over.
    static func date(
        year: Int,
        month: Int,
        day: Int,
        hour: Int,
        minute: Int,
        second: Int,
        in zone: TimeZone
    ) -> Date {
        let asUTC = Double(days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second)
        let offsets = [asUTC - 86_400, asUTC + 86_400].map {
            zone.secondsFromGMT(for: Date(timeIntervalSince1970: $0))
        }
        let candidates = offsets.map { Date(timeIntervalSince1970: asUTC - Double($0)) }.sorted()
        return candidates.first { zone.secondsFromGMT(for: $0) == Int(asUTC - $0.timeIntervalSince1970) }
            ?? candidates[candidates.count - 1]
    }

    static func isDate(year: Int, month: Int, day: Int) -> Bool {
        (1...12).contains(month) && day >= 1 && civil(fromDays: days(year: year, month: month, day: day)).2 == day
    }

    // MARK: Days since 1970-01-01, after Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms".

    private static func civil(fromDays days: Int) -> (Int, Int, Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
