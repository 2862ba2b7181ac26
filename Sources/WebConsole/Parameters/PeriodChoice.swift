internal import Foundation
internal import Store

/// The periods that every page offers.
enum PeriodChoice: String, Sendable, CaseIterable {
    case hour = "1h"
    case halfDay = "12h"
    case day = "1d"
    case week = "1w"
    case month = "1M"
    case quarter = "3M"
    case year = "1Y"
    case yearToDate = "YTD"
    case custom

    /// For a person, after "over".
    var words: String {
        switch self {
        case .hour: "the last hour"
        case .halfDay: "the last 12 hours"
        case .day: "the last day"
        case .week: "the last 7 days"
        case .month: "the last 30 days"
        case .quarter: "the last 91 days"
        case .year: "the last 365 days"
        case .yearToDate: "this year so far"
        case .custom: "the chosen period"
        }
    }

    /// How long a sliding period is; nil for the others.
    var length: Duration? {
        switch self {
        case .hour: .seconds(3600)
        case .halfDay: .seconds(12 * 3600)
        case .day: .seconds(86_400)
        case .week: .seconds(7 * 86_400)
        case .month: .seconds(30 * 86_400)
        case .quarter: .seconds(91 * 86_400)
        case .year: .seconds(365 * 86_400)
        case .yearToDate, .custom: nil
        }
    }
}

/// A period that was chosen, resolved at a time.
struct ChosenPeriod: Sendable, Equatable {
    let choice: PeriodChoice
    let period: Period
    /// Of the charts' points.
    let bucketSeconds: Int
    /// At most about so many points in a chart.
    let points: Int

    /// It moves with the clock, so that live figures belong to it.
    var isSliding: Bool { choice != .custom }

    /// A sliding period reaches to the end of the bucket that is running, and is whole buckets long.
    init(_ choice: PeriodChoice, at now: Date, zone: TimeZone) {
        self.choice = choice
        let length: Double
        if let fixed = choice.length {
            length = fixed.seconds
        } else {
            length = max(now.timeIntervalSince(Self.beginningOfYear(now, zone: zone)), 3600)
        }
        self.points = Self.points(forLength: length)
        self.bucketSeconds = Self.bucketSeconds(forLength: length, points: points)
        let bucket = Double(bucketSeconds)
        let end = ((now.timeIntervalSince1970 / bucket).rounded(.down) + 1) * bucket
        let start: Double
        if choice.length == nil {
            start = Self.beginningOfYear(now, zone: zone).timeIntervalSince1970
        } else {
            start = end - length
        }
        self.period = Period(from: Date(timeIntervalSince1970: start), to: Date(timeIntervalSince1970: end))
    }

    /// A fixed period, to the minute.
    init(custom period: Period) {
        self.choice = .custom
        self.period = period
        let length = period.to.timeIntervalSince(period.from)
        self.points = Self.points(forLength: length)
        self.bucketSeconds = Self.bucketSeconds(forLength: length, points: points)
    }

    /// Enough to see a day's shape, few enough to read as a table; a year is shown by days.
    private static func points(forLength length: Double) -> Int { length > 190 * 86_400 ? 400 : 183 }

    private static func bucketSeconds(forLength length: Double, points: Int) -> Int {
        let start = Date(timeIntervalSince1970: 0)
        return SeriesStep.seconds(for: Period(from: start, to: start.addingTimeInterval(length)), points: points)
    }

    private static func beginningOfYear(_ now: Date, zone: TimeZone) -> Date {
        let local = LocalTime(now, in: zone)
        return LocalTime.date(year: local.year, month: 1, day: 1, hour: 0, minute: 0, second: 0, in: zone)
    }
}
