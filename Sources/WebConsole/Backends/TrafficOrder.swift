package import Store

/// A column by which a breakdown can be sorted.
package enum TrafficColumn: String, Sendable, CaseIterable {
    case node
    case domain
    case binding
    case minute
    case receptions
    case deliveries
    /// In-band and out-of-band.
    case bounces
    /// Bounces of all ended attempts.
    case bounceRate = "bounce_rate"
    case transientFailures = "transient_failures"
    /// Transient failures of all attempts.
    case transientRate = "transient_rate"
    case rejections
    /// Mean time from reception to delivery.
    case deliveryTime = "delivery_time"
    case deliveryTimeMax = "delivery_time_max"
}

/// How the rows of a breakdown are sorted. Ties are broken by the keys, ascending, so that an order is always total.
package struct TrafficOrder: Sendable, Hashable {
    package var column: TrafficColumn
    package var isDescending: Bool

    package init(_ column: TrafficColumn, isDescending: Bool) {
        self.column = column
        self.isDescending = isDescending
    }

    /// The busiest first.
    package static let standard = TrafficOrder(.deliveries, isDescending: true)
}

extension TrafficMeasures {
    package var bounces: Int64 { permanentFailures + outOfBandBounces }

    /// Attempts that ended a message's way to one recipient, one way or the other.
    package var ended: Int64 { deliveries + bounces }

    package var attempts: Int64 { deliveries + permanentFailures + transientFailures }

    /// 0…1; nil if nothing ended.
    package var bounceRate: Double? { ended > 0 ? Double(bounces) / Double(ended) : nil }

    /// 0…1; nil without an attempt.
    package var transientRate: Double? { attempts > 0 ? Double(transientFailures) / Double(attempts) : nil }

    /// Milliseconds; nil if no delivery's time is known.
    package var deliveryTimeMean: Double? {
        deliveryTimeCount > 0 ? Double(deliveryTimeSum) / Double(deliveryTimeCount) : nil
    }

    /// Nothing happened at all.
    package var isEmpty: Bool { self == TrafficMeasures() }
}
