internal import Foundation
package import PostgresClient

/// Every figure that the consoles and the command line show. Reads through `report_v1` only.
package struct Reports: Sendable {
    let pool: ConnectionPool

    /// - Parameter pool: connections as `mailmill_console` or `mailmill_report`.
    package init(_ pool: ConnectionPool) {
        self.pool = pool
    }

    /// The traffic of a period, broken down, with its total and how far it is complete: all of one snapshot.
    ///
    /// - Parameters:
    ///   - grouping: nil gives no rows, only the total.
    ///   - order: by minute if nil and told apart by minute, else `TrafficOrder.standard`.
    ///   - limit: rows at most; nil for all.
    package func traffic(
        _ query: TrafficQuery,
        by grouping: TrafficGrouping?,
        order: TrafficOrder? = nil,
        limit: Int? = nil
    ) async throws -> TrafficReport {
        try await snapshot { try await $0.traffic(query, by: grouping, order: order, limit: limit) }
    }

    /// Several reports of one moment.
    package func snapshot<T: Sendable>(_ body: (ReportSnapshot) async throws -> T) async throws -> T {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { connection in
            try await body(ReportSnapshot(connection))
        }
    }

    /// The traffic over time, with a point for every bucket of the period; buckets begin at round times, UTC.
    ///
    /// - Parameter points: about how many at most; `SeriesStep` makes the buckets. Where the period is older than the
    ///   grain is kept, a bucket holds what the next grain tells from its beginning on.
    package func series(_ query: TrafficQuery, points: Int = 400) async throws -> TrafficSeries {
        let bucketSeconds = SeriesStep.seconds(for: query.period, points: points)
        let period = Buckets.cover(query.period, seconds: bucketSeconds)
        var covering = query
        covering.period = period
        var parameters = covering.parameters(by: nil)
        parameters[parameters.count - 1] = Double(bucketSeconds)
        let rows = try await pool.query(SQLFile.query("reports/traffic"), parameters)
        var found: [Date: TrafficMeasures] = [:]
        for row in rows { found[try row.get("bucket")] = try TrafficMeasures(row) }
        let points = Buckets.starts(of: period, seconds: bucketSeconds).map { start in
            TrafficSeries.Point(start: start, measures: found[start] ?? TrafficMeasures())
        }
        return TrafficSeries(period: period, bucketSeconds: bucketSeconds, points: points)
    }

    /// Queue sizes over time, the last sample of each bucket; a bucket without a sample has nil sizes.
    package func queueSeries(period: Period, node: String?, points: Int = 400) async throws -> QueueSeries {
        let bucketSeconds = SeriesStep.seconds(for: period, points: points)
        let period = Buckets.cover(period, seconds: bucketSeconds)
        let rows = try await pool.query(
            SQLFile.query("reports/queue_series"),
            [period.from, period.to, node, Double(bucketSeconds)]
        )
        var found: [Date: QueueSizes] = [:]
        for row in rows {
            found[try row.get("bucket")] = try QueueSizes(row)
        }
        let points = Buckets.starts(of: period, seconds: bucketSeconds).map { start in
            QueueSeries.Point(start: start, sizes: found[start] ?? QueueSizes())
        }
        return QueueSeries(bucketSeconds: bucketSeconds, points: points)
    }

    /// Queue sizes now, by node; nodes that do not measure them are missing.
    package func queueNow(node: String? = nil) async throws -> [String: QueueSizes] {
        var sizes: [String: QueueSizes] = [:]
        for row in try await pool.query(SQLFile.query("reports/queue_now"), [node]) {
            sizes[try row.get("node")] = try QueueSizes(row)
        }
        return sizes
    }

    /// Each node with its queues, its traffic over the period, and its sources.
    package func status(over period: Period) async throws -> [NodeStatus] {
        async let traffic = traffic(TrafficQuery(period: period), by: .node)
        async let queues = queueNow()
        let sources = try await pool.query(SQLFile.query("reports/sources"))
        var nodes: [String: NodeStatus] = [:]
        for row in try await traffic.rows {
            let name = row.node ?? ""
            nodes[name] = NodeStatus(
                node: name,
                isOnline: false,
                queue: QueueSizes(),
                measures: row.measures,
                sources: []
            )
        }
        for row in sources {
            let name: String = try row.get("node")
            var node =
                nodes[name]
                ?? NodeStatus(
                    node: name,
                    isOnline: false,
                    queue: QueueSizes(),
                    measures: TrafficMeasures(),
                    sources: []
                )
            node.isOnline = try node.isOnline || row.get("is_online")
            node.sources.append(try SourceStatus(row))
            nodes[name] = node
        }
        for (name, sizes) in try await queues { nodes[name]?.queue = sizes }
        return nodes.values.sorted { $0.node < $1.node }
    }

    /// How many domains, hosts, bindings and reasons are known, and how often one was called "other" instead.
    package func terms() async throws -> [TermUse] {
        try await pool.query(SQLFile.query("reports/terms")).map(TermUse.init)
    }

    /// The archived logs that were imported, the newest first.
    package func imports() async throws -> [ImportedFile] {
        try await pool.query(SQLFile.query("reports/imports")).map(ImportedFile.init)
    }

    /// Whether what is shown comes from bundled samples.
    package func hasSampleData() async throws -> Bool {
        try await pool.query(SQLFile.query("reports/has_samples")).one().get("found")
    }

    /// What filters can be set to. Domains are those that the cubes name.
    package func choices() async throws -> FilterChoices {
        var choices = FilterChoices()
        for row in try await pool.query(SQLFile.query("reports/choices")) {
            let name: String = try row.get("name")
            switch try row.get("kind", as: String.self) {
            case "node": choices.nodes.append(name)
            case "binding_group": choices.bindingGroups.append(name)
            case "binding": choices.bindings.append(name)
            default: choices.domains.append(name)
            }
        }
        return choices
    }

    /// Up to when each node's logs have been counted.
    package func completeness(node: String? = nil) async throws -> [NodeCompleteness] {
        try await pool.withConnection { try await ReportSnapshot($0).completeness(node: node) }
    }
}
