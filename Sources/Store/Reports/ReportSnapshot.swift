internal import PostgresClient

/// The reports of one moment: whatever is read from it agrees.
package struct ReportSnapshot {
    let connection: Connection

    init(_ connection: Connection) {
        self.connection = connection
    }

    /// The traffic of a period, broken down; parameters as in `Reports.traffic`.
    package func traffic(
        _ query: TrafficQuery,
        by grouping: TrafficGrouping?,
        order: TrafficOrder? = nil,
        limit: Int? = nil
    ) async throws -> TrafficReport {
        let order = order ?? (grouping == .minute ? TrafficOrder(.minute, isDescending: false) : .standard)
        let limit = grouping == nil ? 0 : limit
        let parameters =
            query.parameters(by: grouping)
            + [order.column.rawValue, order.isDescending, limit.map(Int32.init(clamping:))]
        let found = try await connection.query(SQLFile.query("reports/breakdown"), parameters)
        return try await report(found, node: query.node)
    }

    /// The traffic over time, one row a bucket that has any; `minute` is the bucket's beginning.
    package func series(_ query: TrafficQuery, seconds: Int) async throws -> TrafficReport {
        var parameters = query.parameters(by: nil)
        parameters[parameters.count - 1] = Double(seconds)
        let found = try await connection.query(
            SQLFile.query("reports/breakdown"),
            parameters + [TrafficColumn.minute.rawValue, false, Int32?.none]
        )
        return try await report(found, node: query.node)
    }

    /// The traffic of one domain, whichever domain, by its name.
    ///
    /// - Parameter byBinding: rows by binding; a domain that no cube names so is answered from the events, for as long as
    ///   they are kept.
    package func traffic(ofDomain domain: String, over period: Period, byBinding: Bool) async throws -> TrafficReport {
        let found = try await connection.query(
            SQLFile.query("reports/domain_traffic"),
            [period.from, period.to, domain, byBinding]
        )
        return try await report(found, node: nil)
    }

    /// Failures by kind, class, reason and the rest, most events first.
    package func failures(_ query: FailureQuery) async throws -> FailureReport {
        let found = try await connection.query(SQLFile.query("reports/failures"), query.parameters)
        guard let total = found.first else { throw Self.noTotal }
        return FailureReport(
            period: Period(from: try total.get("answered_from"), to: try total.get("answered_to")),
            grain: try total.get("grain"),
            nodes: try await completeness(node: query.traffic.node),
            rows: try found.dropFirst().map(FailureRow.init),
            rowCount: try total.get("row_count"),
            total: try total.get("events")
        )
    }

    /// Deliveries by the time that they took, with their sizes.
    package func deliveryTimes(_ query: TrafficQuery) async throws -> DeliveryTimeReport {
        let found = try await connection.query(
            SQLFile.query("reports/delivery_times"),
            Array(query.parameters(by: nil).prefix(6))
        )
        guard let first = found.first else { throw Self.noTotal }
        return DeliveryTimeReport(
            period: Period(from: try first.get("answered_from"), to: try first.get("answered_to")),
            grain: try first.get("grain"),
            nodes: try await completeness(node: query.node),
            slots: try found.map(DeliveryTimeSlot.init)
        )
    }

    /// Up to when each node's logs have been counted.
    func completeness(node: String?) async throws -> [NodeCompleteness] {
        try await connection.query(SQLFile.query("reports/completeness")).map { row in
            NodeCompleteness(node: try row.get("node"), completeUntil: try row.find("complete_until"))
        }.filter { node == nil || $0.node == node }
    }

    private func report(_ found: Rows, node: String?) async throws -> TrafficReport {
        guard let total = found.first else { throw Self.noTotal }
        return TrafficReport(
            period: Period(from: try total.get("answered_from"), to: try total.get("answered_to")),
            grain: try total.get("grain"),
            nodes: try await completeness(node: node),
            rows: try found.dropFirst().map(TrafficRow.init),
            rowCount: try total.get("row_count"),
            untold: UntoldTraffic(
                rows: try total.get("untold_rows"),
                receptions: try total.get("untold_receptions"),
                rejections: try total.get("untold_rejections")
            ),
            total: try TrafficMeasures(total)
        )
    }

    private static var noTotal: PostgresClientError {
        .unexpectedResult("a report of report_v1 came without its total")
    }
}
