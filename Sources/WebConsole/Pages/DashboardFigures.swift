internal import Foundation
internal import Store

/// Everything that a dashboard shows, read at once.
struct DashboardFigures: Sendable {
    /// The rows that the page shows.
    var report: TrafficReport
    var series: TrafficSeries
    var queues: QueueSizes
    var queueSeries: QueueSeries
    var choices: FilterChoices

    /// Issues its queries side by side.
    init(
        _ backend: any ConsoleBackend,
        _ choices: ChoiceCache,
        _ traffic: TrafficParameters,
        _ breakdown: BreakdownParameters
    ) async throws {
        let query = traffic.query
        let points = traffic.chosen.points
        async let report = backend.traffic(query, breakdown)
        async let series = backend.series(query, points: points)
        async let standing = backend.standing(node: query.node)
        async let queueSeries = backend.queueSeries(period: query.period, node: query.node, points: points)
        async let names = choices.choices()
        self.report = try await report
        self.series = try await series
        self.queues = try await query.limits(standing.queues)
        self.queueSeries = try await query.limits(queueSeries)
        self.choices = try await names
    }
}

extension ConsoleBackend {
    /// The rows that a breakdown shows.
    func traffic(_ query: TrafficQuery, _ breakdown: BreakdownParameters) async throws -> TrafficReport {
        try await traffic(query, by: breakdown.grouping, order: breakdown.order, limit: breakdown.limit)
    }
}

extension TrafficQuery {
    var isFinerThanNodes: Bool { bindingGroup != nil || binding != nil || domain != nil }

    /// Queues are measured by node: through a finer filter, nobody knows their sizes.
    func limits(_ sizes: QueueSizes) -> QueueSizes { isFinerThanNodes ? QueueSizes() : sizes }

    func limits(_ series: QueueSeries) -> QueueSeries {
        isFinerThanNodes ? QueueSeries(bucketSeconds: series.bucketSeconds, points: []) : series
    }
}

/// What the filters offer changes rarely, and every page needs it: read at most twice a minute for all of them.
actor ChoiceCache {
    static let age: TimeInterval = 30

    private let backend: any ConsoleBackend
    private let now: @Sendable () -> Date
    private var known: (choices: FilterChoices, at: Date)?
    private var isReading = false

    init(backend: any ConsoleBackend, now: @escaping @Sendable () -> Date) {
        self.backend = backend
        self.now = now
    }

    /// What is known, if it is young enough, or if somebody is reading it anew already.
    func choices() async throws -> FilterChoices {
        if let known, isReading || now().timeIntervalSince(known.at) < Self.age { return known.choices }
        isReading = true
        defer { isReading = false }
        let choices = try await backend.choices()
        known = (choices, now())
        return choices
    }
}
