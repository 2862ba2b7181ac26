internal import Foundation

/// How wide the buckets of a series are.
package enum SeriesStep {
    /// Seconds; each divides a day, or is whole days, so that buckets begin at round times.
    private static let steps = [
        60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 7 * 86_400, 28 * 86_400,
    ]

    /// The smallest step that gives at most that many points.
    package static func seconds(for period: Period, points: Int = 400) -> Int {
        let length = period.to.timeIntervalSince(period.from)
        return steps.first { length / Double($0) <= Double(points) } ?? steps[steps.count - 1]
    }
}
