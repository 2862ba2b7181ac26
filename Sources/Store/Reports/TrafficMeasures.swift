/// Counts of events and sums over them: the measures of every traffic cube.
package struct TrafficMeasures: Sendable, Equatable {
    package var receptions: Int64 = 0
    /// All deliveries, at whatever attempt.
    package var deliveries: Int64 = 0
    /// Deliveries known to have needed more than one attempt.
    package var deliveriesLater: Int64 = 0
    package var transientFailures: Int64 = 0
    /// Transient failures known to be of a second or later attempt.
    package var transientFailuresLater: Int64 = 0
    /// In-band.
    package var permanentFailures: Int64 = 0
    package var outOfBandBounces: Int64 = 0
    package var expirations: Int64 = 0
    /// Refused with a 5xx reply, or with a reply whose code the log does not tell.
    package var rejections5xx: Int64 = 0
    package var rejections4xx: Int64 = 0
    package var discards: Int64 = 0
    package var administrativeFailures: Int64 = 0
    package var feedbackReports: Int64 = 0
    /// Bytes of receptions whose size the log tells.
    package var bytesIn: Int64 = 0
    /// Bytes of deliveries whose size the log tells.
    package var bytesOut: Int64 = 0
    /// Milliseconds from reception to delivery, summed over deliveries whose delay the log tells.
    package var deliveryTimeSum: Int64 = 0
    /// Deliveries in `deliveryTimeSum`.
    package var deliveryTimeCount: Int64 = 0
    /// Milliseconds.
    package var deliveryTimeMax: Int64 = 0

    package init() {}

    package var rejections: Int64 { rejections5xx + rejections4xx }
}
