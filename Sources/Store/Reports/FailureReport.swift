/// A kind of failure, as `report_v1.failures` names it.
package enum FailureKind: String, Sendable, CaseIterable {
    case transientFailure = "transient_failure"
    /// In-band.
    case permanentFailure = "permanent_failure"
    case outOfBandBounce = "out_of_band_bounce"
    case expiration
    case rejection
    case administrativeFailure = "administrative_failure"
}

/// By what the rows of a failure report are told apart.
package enum FailureKey: String, Sendable, CaseIterable {
    case node, binding, domain, kind
    case bounceClass = "class"
    case reason
}

/// What a report over failures asks for.
package struct FailureQuery: Sendable {
    /// Period and filters.
    package var traffic: TrafficQuery
    /// nil: all.
    package var kinds: [FailureKind]?
    package var keys: [FailureKey]
    /// Rows at most; nil for all.
    package var limit: Int?
    /// Rows that are left out: those of the pages before.
    package var offset: Int

    package init(
        _ traffic: TrafficQuery,
        kinds: [FailureKind]?,
        by keys: [FailureKey],
        limit: Int? = nil,
        offset: Int = 0
    ) {
        self.traffic = traffic
        self.kinds = kinds
        self.keys = keys
        self.limit = limit
        self.offset = offset
    }
}

/// One row of a failure report. Keys that were not asked for are nil.
package struct FailureRow: Sendable, Equatable {
    package var node: String?
    package var bindingGroup: String?
    package var binding: String?
    /// `other` stands for all domains that no cube names.
    package var domain: String?
    package var kind: FailureKind?
    /// Momentum's code; 0 where the failure has none.
    package var bounceClass: Int16?
    /// Canonical; empty where the log tells none.
    package var reason: String?
    package var events: Int64
    /// Of them, known to be of a second or later attempt.
    package var eventsLater: Int64
}

/// Failures of a period.
package struct FailureReport: Sendable, Equatable {
    /// As answered.
    package var period: Period
    /// The finest grain that was read.
    package var grain: String
    package var nodes: [NodeCompleteness]
    package var rows: [FailureRow]
    /// How many rows there are, shown or not.
    package var rowCount: Int64
    /// Events in all rows, shown or not.
    package var total: Int64
}
