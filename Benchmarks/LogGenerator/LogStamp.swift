/// Writes times as logs write them.
package enum LogStamp {
    /// `2026-03-05T04:07:09.123456+00:00`.
    package static func iso(_ time: Int64) -> String {
        let (date, seconds) = split(time)
        let fraction = String(1_000_000 + time % 1_000_000).dropFirst()
        return "\(date.year)-\(two(date.month))-\(two(date.day))T\(clock(seconds)).\(fraction)+00:00"
    }

    /// `Mar  5 04:07:09`, in UTC.
    package static func traditional(_ time: Int64) -> String {
        let (date, seconds) = split(time)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let day = date.day < 10 ? " \(date.day)" : "\(date.day)"
        return "\(months[date.month - 1]) \(day) \(clock(seconds))"
    }

    /// `2026-03-05 04:07:09`, in UTC.
    package static func plain(_ time: Int64) -> String {
        let (date, seconds) = split(time)
        return "\(date.year)-\(two(date.month))-\(two(date.day)) \(clock(seconds))"
    }

    /// `2026-03-05 04:07:09+0000`.
    package static func zoned(_ time: Int64) -> String { "\(plain(time))+0000" }

    /// `2026-03-05T04:07:09.123456Z`.
    package static func rfc3339(_ time: Int64) -> String { "\(iso(time).dropLast(6))Z" }

    private static func clock(_ seconds: Int) -> String {
        "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// The date, and the seconds since its midnight (H. Hinnant's `civil_from_days`).
    private static func split(_ time: Int64) -> (date: (year: Int, month: Int, day: Int), seconds: Int) {
        let seconds = Int(time / 1_000_000)
        let shifted = seconds / 86_400 + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return ((yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day), seconds % 86_400)
    }
}
