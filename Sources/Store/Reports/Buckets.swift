internal import Foundation

/// Round times: buckets count from midnight UTC of 2000-01-01, as `rt_log.bucket_of` does.
enum Buckets {
    private static let origin = Date(timeIntervalSince1970: 946_684_800)

    /// The beginning of the bucket that holds a time.
    static func floor(_ time: Date, seconds: Int) -> Date {
        let count = (time.timeIntervalSince(origin) / Double(seconds)).rounded(.down)
        return origin.addingTimeInterval(count * Double(seconds))
    }

    /// The first bucket's beginning that is not before a time.
    static func ceiling(_ time: Date, seconds: Int) -> Date {
        let start = floor(time, seconds: seconds)
        return start == time ? start : start.addingTimeInterval(Double(seconds))
    }

    /// The period from the beginning of its first bucket to the end of its last.
    static func cover(_ period: Period, seconds: Int) -> Period {
        Period(from: floor(period.from, seconds: seconds), to: ceiling(period.to, seconds: seconds))
    }

    /// The beginnings of all buckets that a period touches.
    static func starts(of period: Period, seconds: Int) -> [Date] {
        guard period.from < period.to else { return [] }
        let first = floor(period.from, seconds: seconds)
        let count = Int((period.to.timeIntervalSince(first) / Double(seconds)).rounded(.up))
        return (0..<count).map { first.addingTimeInterval(Double($0 * seconds)) }
    }
}
