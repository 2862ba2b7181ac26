/// One bucket of the histogram of delivery times.
package struct DeliveryTimeSlot: Sendable, Equatable {
    /// The longest time in it, in milliseconds; nil for the last, and where times are not told.
    package var upTo: Int64?
    /// False: deliveries whose time the log does not tell.
    package var isTimed: Bool
    package var deliveries: Int64
    /// Deliveries whose size the log tells, and their bytes.
    package var sized: Int64
    package var bytes: Int64
    /// Bytes; nil if no size is told.
    package var smallest: Int64?
    package var largest: Int64?
}

/// Deliveries of a period by the time that they took, with message sizes.
package struct DeliveryTimeReport: Sendable, Equatable {
    /// As answered.
    package var period: Period
    /// The finest grain that was read.
    package var grain: String
    package var nodes: [NodeCompleteness]
    /// The first of deliveries whose time is not told, then the 17 buckets.
    package var slots: [DeliveryTimeSlot]

    package var deliveries: Int64 { slots.map(\.deliveries).reduce(0, +) }
    package var smallest: Int64? { slots.compactMap(\.smallest).min() }
    package var largest: Int64? { slots.compactMap(\.largest).max() }

    /// Bytes; nil if no size is told.
    package var averageSize: Double? {
        let sized = slots.map(\.sized).reduce(0, +)
        return sized > 0 ? Double(slots.map(\.bytes).reduce(0, +)) / Double(sized) : nil
    }
}
