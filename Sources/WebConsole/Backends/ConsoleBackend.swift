package import Store

/// Where the console's figures come from. Every call but `state` may throw, above all while the database is down.
package protocol ConsoleBackend: Sendable {
    /// Answers at once from what the process knows; never waits for the database.
    func state() async -> ConsoleState

    /// The traffic of a period, broken down: its first rows in an order, its total and how far it is complete.
    func traffic(
        _ query: TrafficQuery,
        by grouping: TrafficGrouping,
        order: TrafficOrder,
        limit: Int
    ) async throws -> TrafficReport

    /// Traffic over time in at most about `points` buckets, as wide as `SeriesStep` makes them.
    func series(_ query: TrafficQuery, points: Int) async throws -> TrafficSeries

    func queueSeries(period: Period, node: String?, points: Int) async throws -> QueueSeries

    /// Each node known, by name; measures over `period`.
    func status(over period: Period) async throws -> [NodeStatus]

    /// What the filters can be set to.
    func choices() async throws -> FilterChoices

    /// Messages with all that happened to them, a page of them.
    func trace(_ query: TraceQuery) async throws -> TracePage

    /// How the database server is, and what its log says lately.
    func database(_ log: LogFilter) async throws -> DatabaseReport

    /// How things stand now: asked once a second while somebody watches.
    func standing(node: String?) async throws -> Standing
}

/// The queues now, and how far each node has been read.
package struct Standing: Sendable, Equatable {
    /// Summed over nodes; nil where no node measures.
    package var queues: QueueSizes
    package var nodes: [NodeCompleteness]

    package init(queues: QueueSizes, nodes: [NodeCompleteness]) {
        self.queues = queues
        self.nodes = nodes
    }

    package init(queuesByNode: some Sequence<QueueSizes>, nodes: [NodeCompleteness]) {
        var sum = QueueSizes()
        for sizes in queuesByNode {
            if let active = sizes.active { sum.active = (sum.active ?? 0) + active }
            if let delayed = sizes.delayed { sum.delayed = (sum.delayed ?? 0) + delayed }
            if let inwards = sizes.connectionsIn { sum.connectionsIn = (sum.connectionsIn ?? 0) + inwards }
            if let outwards = sizes.connectionsOut { sum.connectionsOut = (sum.connectionsOut ?? 0) + outwards }
        }
        self.init(queues: sum, nodes: nodes)
    }
}
