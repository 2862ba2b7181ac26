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
