package import Store
internal import Foundation

/// Measures as the API names them.
package struct MeasuresDocument: Encodable, Sendable {
    private let measures: TrafficMeasures

    package init(_ measures: TrafficMeasures) {
        self.measures = measures
    }

    private enum Key: String, CodingKey {
        case receptions, deliveries, expirations, rejections, discards
        case deliveriesLater = "deliveries_later"
        case transientFailures = "transient_failures"
        case transientFailuresLater = "transient_failures_later"
        case permanentFailures = "permanent_failures"
        case outOfBandBounces = "out_of_band_bounces"
        case rejections5xx = "rejections_5xx"
        case rejections4xx = "rejections_4xx"
        case administrativeFailures = "administrative_failures"
        case feedbackReports = "feedback_reports"
        case bytesIn = "bytes_in"
        case bytesOut = "bytes_out"
        case deliveryTimeMean = "delivery_time_mean_ms"
        case deliveryTimeMax = "delivery_time_max_ms"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(measures.receptions, forKey: .receptions)
        try container.encode(measures.deliveries, forKey: .deliveries)
        try container.encode(measures.deliveriesLater, forKey: .deliveriesLater)
        try container.encode(measures.transientFailures, forKey: .transientFailures)
        try container.encode(measures.transientFailuresLater, forKey: .transientFailuresLater)
        try container.encode(measures.permanentFailures, forKey: .permanentFailures)
        try container.encode(measures.outOfBandBounces, forKey: .outOfBandBounces)
        try container.encode(measures.expirations, forKey: .expirations)
        try container.encode(measures.rejections, forKey: .rejections)
        try container.encode(measures.rejections5xx, forKey: .rejections5xx)
        try container.encode(measures.rejections4xx, forKey: .rejections4xx)
        try container.encode(measures.discards, forKey: .discards)
        try container.encode(measures.administrativeFailures, forKey: .administrativeFailures)
        try container.encode(measures.feedbackReports, forKey: .feedbackReports)
        try container.encode(measures.bytesIn, forKey: .bytesIn)
        try container.encode(measures.bytesOut, forKey: .bytesOut)
        try container.encode(measures.deliveryTimeMean, forKey: .deliveryTimeMean)
        let isTimed = measures.deliveryTimeCount > 0
        try container.encode(isTimed ? measures.deliveryTimeMax : nil, forKey: .deliveryTimeMax)
    }
}

/// `{"from": …, "to": …}`
package struct PeriodDocument: Encodable, Sendable {
    let from: Date
    let to: Date

    package init(_ period: Period) {
        self.from = period.from
        self.to = period.to
    }
}
