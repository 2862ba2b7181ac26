internal import Foundation
internal import Store

/// Everything that a dashboard shows, read at once.
struct DashboardFigures: Sendable {
    var report: TrafficReport
    var series: TrafficSeries
    var queues: QueueSizes
    var queueSeries: QueueSeries
    var choices: FilterChoices

    /// Issues its queries side by side.
    init(
        _ backend: any ConsoleBackend,
        _ traffic: TrafficParameters,
        _ breakdown: BreakdownParameters
    ) async throws {
        let query = traffic.query
        let bucket = traffic.chosen.bucketSeconds
        async let report = backend.report(query, by: breakdown.grouping, order: breakdown.order, limit: breakdown.limit)
        async let series = backend.series(query, bucketSeconds: bucket)
        async let queues = backend.queues(query)
        async let queueSeries = backend.queueSeries(query, bucketSeconds: bucket)
        async let choices = FilterChoices(backend)
        self.report = try await report
        self.series = try await series
        self.queues = try await queues
        self.queueSeries = try await queueSeries
        self.choices = try await choices
    }
}

/// What the filters offer. Domains are too many: the browser asks for those as they are typed.
struct FilterChoices: Sendable {
    var nodes: [String] = []
    var bindingGroups: [String] = []
    var bindings: [String] = []

    static let limit = 200

    init() {}

    init(_ backend: any ConsoleBackend) async throws {
        async let nodes = backend.choices(of: .node, beginningWith: "", limit: Self.limit)
        async let groups = backend.choices(of: .bindingGroup, beginningWith: "", limit: Self.limit)
        async let bindings = backend.choices(of: .binding, beginningWith: "", limit: Self.limit)
        self.nodes = try await nodes
        self.bindingGroups = try await groups
        self.bindings = try await bindings
    }
}
