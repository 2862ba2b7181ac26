/// A day of the proleptic Gregorian calendar.
struct CivilDate: Equatable {
    var year: Int
    var month: Int
    var day: Int

    static let microsecondsPerDay: Int64 = 86_400_000_000

    /// Whether there is such a day.
    var isPossible: Bool {
        month >= 1 && month <= 12 && day >= 1 && day <= Self.days(inMonth: month, of: year)
    }

    /// Days since 1970-01-01 (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`).
    var daysSince1970: Int {
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Midnight at the beginning of the day, in microseconds since 1970 of the same clock.
    var midnight: Int64 { Int64(daysSince1970) * Self.microsecondsPerDay }

    /// The year of a time in microseconds since 1970, on the clock of UTC.
    static func year(of time: Int64) -> Int {
        // 400 years have 146 097 days; the estimate is off by one at most, near new year.
        let days = Int((time / microsecondsPerDay) - (time % microsecondsPerDay < 0 ? 1 : 0))
        var year = 1970 + days * 400 / 146_097
        while CivilDate(year: year, month: 1, day: 1).daysSince1970 > days { year -= 1 }
        while CivilDate(year: year + 1, month: 1, day: 1).daysSince1970 <= days { year += 1 }
        return year
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
