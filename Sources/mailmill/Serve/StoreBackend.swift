import Foundation
import Logging
import PostgresClient
import Store
import WebConsole

/// Gives the web console its figures from the database.
struct StoreBackend: ConsoleBackend {
    private let reports: Reports
    private let reach: DatabaseReach
    private let health: DatabaseHealthSource

    /// - Parameter pool: connections as `mailmill_console`.
    init(pool: ConnectionPool, reach: DatabaseReach, health: DatabaseHealthSource) {
        reports = Reports(pool)
        self.reach = reach
        self.health = health
    }

    func state() async -> ConsoleState { reach.state }

    func traffic(
        _ query: TrafficQuery,
        by grouping: TrafficGrouping,
        order: TrafficOrder,
        limit: Int
    ) async throws -> TrafficReport {
        try await noting { try await reports.traffic(query, by: grouping, order: order, limit: limit) }
    }

    func series(_ query: TrafficQuery, points: Int) async throws -> TrafficSeries {
        try await noting { try await reports.series(query, points: points) }
    }

    func queueSeries(period: Period, node: String?, points: Int) async throws -> QueueSeries {
        try await noting { try await reports.queueSeries(period: period, node: node, points: points) }
    }

    func status(over period: Period) async throws -> [NodeStatus] {
        try await noting { try await reports.status(over: period) }
    }

    func choices() async throws -> FilterChoices {
        try await noting { try await reports.choices() }
    }

    func trace(_ query: TraceQuery) async throws -> TracePage {
        try await noting { try await reports.trace(query) }
    }

    func database(_ log: LogFilter) async throws -> DatabaseReport {
        try await noting { try await health.report(log) }
    }

    func standing(node: String?) async throws -> Standing {
        try await noting {
            async let sizes = reports.queueNow(node: node)
            async let nodes = reports.completeness(node: node)
            return try await Standing(queuesByNode: sizes.values, nodes: nodes)
        }
    }

    /// Runs a question to the database, and notes whether the database is there.
    private func noting<T: Sendable>(_ body: () async throws -> T) async throws -> T {
        do {
            try await reach.checkSchema()
            let value = try await body()
            reach.noteAnswer()
            return value
        } catch {
            reach.note(error)
            throw error
        }
    }
}
