internal import PostgresClient

extension TrafficMeasures {
    /// Reads the measures of a row of `report_v1.traffic`.
    init(_ row: Row) throws {
        receptions = try row.get("receptions")
        deliveries = try row.get("deliveries")
        deliveriesLater = try row.get("deliveries_later")
        transientFailures = try row.get("transient_failures")
        transientFailuresLater = try row.get("transient_failures_later")
        permanentFailures = try row.get("permanent_failures")
        outOfBandBounces = try row.get("out_of_band_bounces")
        expirations = try row.get("expirations")
        rejections5xx = try row.get("rejections_5xx")
        rejections4xx = try row.get("rejections_4xx")
        discards = try row.get("discards")
        administrativeFailures = try row.get("administrative_failures")
        feedbackReports = try row.get("feedback_reports")
        bytesIn = try row.get("bytes_in")
        bytesOut = try row.get("bytes_out")
        deliveryTimeSum = try row.get("delivery_ms_sum")
        deliveryTimeCount = try row.get("deliveries_timed")
        deliveryTimeMax = try row.get("delivery_ms_max")
    }

    /// Adds counts and sums; the maximum is the larger one.
    package static func += (left: inout TrafficMeasures, right: TrafficMeasures) {
        left.receptions += right.receptions
        left.deliveries += right.deliveries
        left.deliveriesLater += right.deliveriesLater
        left.transientFailures += right.transientFailures
        left.transientFailuresLater += right.transientFailuresLater
        left.permanentFailures += right.permanentFailures
        left.outOfBandBounces += right.outOfBandBounces
        left.expirations += right.expirations
        left.rejections5xx += right.rejections5xx
        left.rejections4xx += right.rejections4xx
        left.discards += right.discards
        left.administrativeFailures += right.administrativeFailures
        left.feedbackReports += right.feedbackReports
        left.bytesIn += right.bytesIn
        left.bytesOut += right.bytesOut
        left.deliveryTimeSum += right.deliveryTimeSum
        left.deliveryTimeCount += right.deliveryTimeCount
        left.deliveryTimeMax = max(left.deliveryTimeMax, right.deliveryTimeMax)
    }
}
