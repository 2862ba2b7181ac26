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

/// How the rows of a breakdown are sorted. Ties are broken by when the keys were first seen, so that an order is always total.
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
