package import Foundation

extension LocalZone {
    /// The table of a zone's changes over a span of years. Not for the hot path: it asks the zone for each change.
    ///
    /// - Parameters:
    ///   - zone: the zone in which the log's server writes its stamps.
    ///   - years: the changes of these years are in the table; before and after them the nearest offset holds.
    package init(_ zone: TimeZone, years: ClosedRange<Int>) {
        let begin = Self.newYear(years.lowerBound)
        let end = Self.newYear(years.upperBound + 1)
        var changes = [Change(utc: .min, offset: Int32(clamping: zone.secondsFromGMT(for: begin)))]
        var time = begin
        while let next = zone.nextDaylightSavingTimeTransition(after: time), next > time, next < end {
            let offset = Int32(clamping: zone.secondsFromGMT(for: next))
            if offset != changes[changes.count - 1].offset {
                changes.append(Change(utc: Int64(next.timeIntervalSince1970.rounded()) * 1_000_000, offset: offset))
            }
            time = next
        }
        self.init(changes: changes)
    }

    private static func newYear(_ year: Int) -> Date {
        Date(timeIntervalSince1970: Double(CivilDate(year: year, month: 1, day: 1).daysSince1970) * 86_400)
    }
}
