package import struct Foundation.Date

/// One row of a breakdown. Keys that the grouping does not use are nil.
package struct TrafficRow: Sendable, Equatable {
    package var node: String?
    /// Empty where the server does not tell a binding (Postfix receptions).
    package var bindingGroup: String?
    package var binding: String?
    /// `other` stands for all domains past the tier; empty where the server does not tell (Postfix receptions).
    package var domain: String?
    package var minute: Date?
    package var measures: TrafficMeasures

    package init(measures: TrafficMeasures) {
        self.measures = measures
    }
}

/// Up to when a node's logs have been read.
package struct NodeCompleteness: Sendable, Equatable {
    package var node: String
    /// The oldest "read up to" of the node's sources; nil if one of them has not been read at all.
    package var completeUntil: Date?

    package init(node: String, completeUntil: Date?) {
        self.node = node
        self.completeUntil = completeUntil
    }
}

/// What rows hold whose domain or binding the log does not tell: where it is something, another row's zero is no zero.
package struct UntoldTraffic: Sendable, Equatable {
    package var rows: Int64
    package var receptions: Int64
    package var rejections: Int64

    package init(rows: Int64 = 0, receptions: Int64 = 0, rejections: Int64 = 0) {
        self.rows = rows
        self.receptions = receptions
        self.rejections = rejections
    }
}

/// A breakdown with its total.
package struct TrafficReport: Sendable, Equatable {
    /// As answered: wider than asked where only a coarser grain is kept.
    package var period: Period
    /// The finest grain that the period could be answered from.
    package var grain: String
    package var nodes: [NodeCompleteness]
    /// The first of the order; all, if no limit was given.
    package var rows: [TrafficRow]
    /// How many rows there are, shown or not.
    package var rowCount: Int64
    package var untold: UntoldTraffic
    /// The sum over everything that the query lets through, also over rows past a limit.
    package var total: TrafficMeasures

    package init(
        period: Period,
        grain: String,
        nodes: [NodeCompleteness],
        rows: [TrafficRow],
        rowCount: Int64? = nil,
        untold: UntoldTraffic = UntoldTraffic(),
        total: TrafficMeasures
    ) {
        self.period = period
        self.grain = grain
        self.nodes = nodes
        self.rows = rows
        self.rowCount = rowCount ?? Int64(rows.count)
        self.untold = untold
        self.total = total
    }

    /// The oldest of the nodes' times; nil if there is no node, or one has not been read.
    package var completeUntil: Date? {
        let times = nodes.compactMap(\.completeUntil)
        return times.count == nodes.count ? times.min() : nil
    }
}

/// Traffic over time: one point a bucket, also for buckets without an event.
package struct TrafficSeries: Sendable, Equatable {
    /// One bucket.
    package struct Point: Sendable, Equatable {
        /// The bucket's beginning.
        package var start: Date
        package var measures: TrafficMeasures

        package init(start: Date, measures: TrafficMeasures) {
            self.start = start
            self.measures = measures
        }
    }

    package var period: Period
    /// Seconds a bucket lasts.
    package var bucketSeconds: Int
    package var points: [Point]

    package init(period: Period, bucketSeconds: Int, points: [Point]) {
        self.period = period
        self.bucketSeconds = bucketSeconds
        self.points = points
    }
}
