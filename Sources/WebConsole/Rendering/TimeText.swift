internal import Foundation

/// Times for people, in their zone.
enum TimeText {
    /// `2026-11-22 20:50:07`
    static func full(_ date: Date, in zone: TimeZone) -> String {
        let time = LocalTime(date, in: zone)
        return "\(day(of: time)) \(clock(of: time)):\(padded(time.second, 2))"
    }

    /// `2026-11-22 20:50`
    static func minute(_ date: Date, in zone: TimeZone) -> String {
        let time = LocalTime(date, in: zone)
        return "\(day(of: time)) \(clock(of: time))"
    }

    /// The clock alone for the day that `now` is in, otherwise with its date.
    static func short(_ date: Date, now: Date, in zone: TimeZone) -> String {
        let time = LocalTime(date, in: zone)
        let today = LocalTime(now, in: zone)
        let text = "\(clock(of: time)):\(padded(time.second, 2))"
        return day(of: time) == day(of: today) ? text : "\(day(of: time)) \(text)"
    }

    /// `2026-11-22 20:50:07 UTC`
    static func utc(_ date: Date) -> String { "\(full(date, in: .gmt)) UTC" }

    /// What a `datetime-local` field holds: `2026-11-22T20:50`.
    static func field(_ date: Date, in zone: TimeZone) -> String {
        let time = LocalTime(date, in: zone)
        return "\(day(of: time))T\(clock(of: time))"
    }

    /// `UTC+01:00`
    static func offset(of zone: TimeZone, at date: Date) -> String {
        let seconds = zone.secondsFromGMT(for: date)
        guard seconds != 0 else { return "UTC" }
        let minutes = abs(seconds) / 60
        return "UTC\(seconds < 0 ? "−" : "+")\(padded(minutes / 60, 2)):\(padded(minutes % 60, 2))"
    }

    /// `3 s`, `4 min`, `2 h 5 min`, `3 d 4 h`
    static func span(_ seconds: Double) -> String {
        let whole = Int(min(max(seconds, 0), 1e12).rounded())
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return whole % 60 == 0 || whole >= 600 ? "\(whole / 60) min" : "\(whole / 60) min \(whole % 60) s"
        case ..<86_400: return whole % 3600 < 60 ? "\(whole / 3600) h" : "\(whole / 3600) h \(whole % 3600 / 60) min"
        default:
            let hours = whole % 86_400 / 3600
            return hours == 0 ? "\(whole / 86_400) d" : "\(whole / 86_400) d \(hours) h"
        }
    }

    static func day(of time: LocalTime) -> String {
        "\(padded(time.year, 4))-\(padded(time.month, 2))-\(padded(time.day, 2))"
    }

    static func clock(of time: LocalTime) -> String { "\(padded(time.hour, 2)):\(padded(time.minute, 2))" }

    static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
