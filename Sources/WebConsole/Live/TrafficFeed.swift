internal import Foundation
internal import Store

/// The figures of one live dashboard. Once a minute the whole period is read; in between only its last two minutes, whose
/// figures are put in the place of what was known of them.
struct TrafficFeed: Sendable {
    enum Reading: Sendable, Equatable {
        /// The whole period up to the tail.
        case base
        case breakdown
        /// The queues, and how far each node has been read.
        case standing
        case tail
    }

    struct Base: Sendable {
        let chosen: ChosenPeriod
        /// Where the tail begins: everything before is in `series`.
        let tailStart: Date
        let series: TrafficSeries
        let queueSeries: QueueSeries
    }

    static let breakdownInterval: TimeInterval = 10
    static let standingInterval: TimeInterval = 1

    let topic: TrafficTopic
    private(set) var base: Base?
    /// The base is new: browsers need the whole series once.
    private(set) var isSeriesDue = false
    private var minutes: [TrafficSeries.Point] = []
    private(set) var standing: Standing?
    private var standingAt: Date?
    private var breakdownAt: Date?
    /// The last reading was of the tail.
    private var isTailFresh = false

    init(topic: TrafficTopic) {
        self.topic = topic
    }

    /// What to read next.
    func next(at now: Date) -> Reading {
        guard let base, base.tailStart == Self.tailStart(at: now) else { return .base }
        // Figures move first: never two other readings in a row.
        if !isTailFresh { return .tail }
        guard let standingAt, now.timeIntervalSince(standingAt) < Self.standingInterval else { return .standing }
        guard let breakdownAt, now.timeIntervalSince(breakdownAt) < Self.breakdownInterval else { return .breakdown }
        return .tail
    }

    /// The beginning of the minute before the one that is running.
    static func tailStart(at now: Date) -> Date {
        Date(timeIntervalSince1970: ((now.timeIntervalSince1970 / 60).rounded(.down) - 1) * 60)
    }

    mutating func setBase(_ base: Base) {
        self.base = base
        minutes = []
        isSeriesDue = true
        isTailFresh = false
    }

    mutating func setTail(_ points: [TrafficSeries.Point]) {
        minutes = points
        isTailFresh = true
    }

    mutating func setStanding(_ standing: Standing, at now: Date) {
        self.standing = standing
        standingAt = now
        isTailFresh = false
    }

    mutating func setSeriesShown() {
        isSeriesDue = false
    }

    mutating func setBreakdownRead(at now: Date) {
        breakdownAt = now
        isTailFresh = false
    }

    /// Everything anew, after the database was away.
    mutating func forget() {
        base = nil
        standingAt = nil
        breakdownAt = nil
    }

    /// Base and tail together: the total of the period, and its series. nil before the first base and tail.
    func merged(at now: Date) -> (total: TrafficMeasures, series: TrafficSeries, queues: QueueSeries)? {
        guard let base, let standing, !minutes.isEmpty else { return nil }
        var points = base.series.points
        let width = Double(base.series.bucketSeconds)
        for minute in minutes where minute.start >= base.tailStart && minute.start <= now {
            if let last = points.last, minute.start < last.start.addingTimeInterval(width) {
                points[points.count - 1].measures += minute.measures
            } else {
                let beginning = points.last?.start ?? base.series.period.from
                let steps = (minute.start.timeIntervalSince(beginning) / width).rounded(.down)
                let start = beginning.addingTimeInterval(steps * width)
                points.append(TrafficSeries.Point(start: start, measures: minute.measures))
            }
        }
        let total = points.reduce(into: TrafficMeasures()) { $0 += $1.measures }
        let series = TrafficSeries(
            period: base.chosen.period,
            bucketSeconds: base.series.bucketSeconds,
            points: points
        )
        return (total, series, queues(with: standing.queues, at: now, base: base))
    }

    /// The running bucket's point is what the queues are now.
    private func queues(with sizes: QueueSizes, at now: Date, base: Base) -> QueueSeries {
        var series = base.queueSeries
        guard sizes.active != nil || sizes.delayed != nil else { return series }
        let width = Double(series.bucketSeconds)
        guard let last = series.points.last else {
            let start = Date(timeIntervalSince1970: (now.timeIntervalSince1970 / width).rounded(.down) * width)
            series.points = [QueueSeries.Point(start: start, sizes: sizes)]
            return series
        }
        let steps = (now.timeIntervalSince(last.start) / width).rounded(.down)
        if steps <= 0 {
            series.points[series.points.count - 1].sizes = sizes
        } else {
            let start = last.start.addingTimeInterval(steps * width)
            series.points.append(QueueSeries.Point(start: start, sizes: sizes))
        }
        return series
    }
}
