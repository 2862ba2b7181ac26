package import Store

/// Where the console's figures come from. Every call but `state` may throw, above all while the database is down.
package protocol ConsoleBackend: Sendable {
    /// Answers at once from what the process knows; never waits for the database.
    func state() async -> ConsoleState

    /// A breakdown with its total. `limit` bounds the rows, not what the total is over.
    func report(
        _ query: TrafficQuery,
        by grouping: TrafficGrouping,
        order: TrafficOrder,
        limit: Int
    ) async throws -> TrafficReport

    /// Traffic over time in buckets of `bucketSeconds`, a multiple of 60; an answer in wider buckets says so itself.
    func series(_ query: TrafficQuery, bucketSeconds: Int) async throws -> TrafficSeries

    /// The newest sizes of the queues; of the query only the filters count.
    func queues(_ query: TrafficQuery) async throws -> QueueSizes

    func queueSeries(_ query: TrafficQuery, bucketSeconds: Int) async throws -> QueueSeries

    /// Each node known, by name; measures over `period`.
    func nodes(over period: Period) async throws -> [NodeStatus]

    /// Names to choose from, in order, at most `limit`, of those that begin with `prefix` (compared in lower case).
    func choices(of dimension: TrafficDimension, beginningWith prefix: String, limit: Int) async throws -> [String]

    /// What a live page needs several times a second, over a period of two minutes or three: worth one small statement.
    /// The default puts it together from three.
    func pulse(_ query: TrafficQuery) async throws -> TrafficPulse
}

/// What traffic can be filtered by.
package enum TrafficDimension: String, Sendable, CaseIterable {
    case node
    case bindingGroup = "binding_group"
    case binding
    case domain
}

/// The last minutes of traffic, and how things stand now.
package struct TrafficPulse: Sendable, Equatable {
    /// Buckets of a minute over the query's period.
    package var minutes: [TrafficSeries.Point]
    package var queues: QueueSizes
    package var nodes: [NodeCompleteness]

    package init(minutes: [TrafficSeries.Point], queues: QueueSizes, nodes: [NodeCompleteness]) {
        self.minutes = minutes
        self.queues = queues
        self.nodes = nodes
    }
}

extension ConsoleBackend {
    package func pulse(_ query: TrafficQuery) async throws -> TrafficPulse {
        async let series = series(query, bucketSeconds: 60)
        async let queues = queues(query)
        async let report = report(query, by: .node, order: TrafficOrder(.node, isDescending: false), limit: 0)
        return try await TrafficPulse(minutes: series.points, queues: queues, nodes: report.nodes)
    }
}
