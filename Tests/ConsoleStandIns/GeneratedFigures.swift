package import Foundation
package import Store
internal import Synchronization
package import WebConsole

/// Figures of mail servers that do not exist: the same for the same minute, busier by day, moving by the second. For
/// looking at the console and for its tests; everything that can go wrong can be switched on.
package final class GeneratedFigures: ConsoleBackend {
    package struct Situation: Sendable {
        package var database: DatabaseHealth = .up
        package var hasSampleData = false
        package var nodes = ["mx1", "mx2", "out1"]
        /// Seconds by which a node's reading is behind.
        package var behind: [String: TimeInterval] = [:]
        /// Multiplies everything; 0: no traffic at all.
        package var volume = 1.0
        package var measuresQueues = true
        /// Added to the domains of every breakdown.
        package var extraDomains: [String] = []
        /// Deliveries that happened this moment, besides the generated ones.
        package var extraDeliveries: Int64 = 0
        package var sourceError: String?
        /// No query is ever answered.
        package var hangs = false
        /// Thrown by every query although the database is up.
        package var failure: QueryFailed?

        package init() {}
    }

    /// A query that failed for no reason that the console knows.
    package struct QueryFailed: Error {
        package init() {}
    }

    /// The database does not answer.
    package struct DatabaseAway: Error {}

    private struct Record {
        var situation: Situation
        var calls = 0
    }

    private let record: Mutex<Record>
    let now: @Sendable () -> Date

    package init(_ situation: Situation = Situation(), now: @escaping @Sendable () -> Date = { Date() }) {
        self.record = Mutex(Record(situation: situation))
        self.now = now
    }

    package var situation: Situation {
        get { record.withLock { $0.situation } }
        set { record.withLock { $0.situation = newValue } }
    }

    package func change(_ body: (inout Situation) -> Void) {
        record.withLock { body(&$0.situation) }
    }

    /// Questions asked so far.
    package var calls: Int { record.withLock { $0.calls } }

    /// Counts a question; throws if the situation says so.
    private func ask() async throws -> Situation {
        let situation = record.withLock { record in
            record.calls += 1
            return record.situation
        }
        guard situation.database.answersQueries else { throw DatabaseAway() }
        if let failure = situation.failure { throw failure }
        if situation.hangs {
            let (never, keeper) = AsyncStream.makeStream(of: Void.self)
            for await _ in never {}
            keeper.finish()
            throw CancellationError()
        }
        return situation
    }

    package func state() async -> ConsoleState {
        let situation = situation
        return ConsoleState(database: situation.database, hasSampleData: situation.hasSampleData)
    }

    package func traffic(
        _ query: TrafficQuery,
        by grouping: TrafficGrouping,
        order: TrafficOrder,
        limit: Int
    ) async throws -> TrafficReport {
        let generator = TrafficGenerator(situation: try await ask(), now: now())
        let total = generator.total(of: query)
        let rows = generator.rows(of: total, query, by: grouping)
        let untold = rows.filter { $0.domain == "" || $0.binding == "" }
        return TrafficReport(
            period: query.period,
            grain: "minute",
            nodes: generator.completeness(of: query.node),
            rows: order.first(limit, of: rows),
            rowCount: Int64(rows.count),
            untold: UntoldTraffic(
                rows: Int64(untold.count),
                receptions: untold.map(\.measures.receptions).reduce(0, +),
                rejections: untold.map(\.measures.rejections).reduce(0, +)
            ),
            total: total
        )
    }

    package func series(_ query: TrafficQuery, points: Int) async throws -> TrafficSeries {
        let generator = TrafficGenerator(situation: try await ask(), now: now())
        let seconds = SeriesStep.seconds(for: query.period, points: points)
        let found = TrafficGenerator.starts(of: query.period, seconds: seconds).map { start in
            let bucket = Period(
                from: max(start, query.period.from),
                to: min(start.addingTimeInterval(Double(seconds)), query.period.to)
            )
            var part = query
            part.period = bucket
            return TrafficSeries.Point(start: start, measures: generator.total(of: part))
        }
        return TrafficSeries(period: query.period, bucketSeconds: seconds, points: found)
    }

    package func queueSeries(period: Period, node: String?, points: Int) async throws -> QueueSeries {
        let generator = TrafficGenerator(situation: try await ask(), now: now())
        let seconds = SeriesStep.seconds(for: period, points: points)
        let found = TrafficGenerator.starts(of: period, seconds: seconds).map { start in
            let end = min(start.addingTimeInterval(Double(seconds)), generator.now)
            return QueueSeries.Point(start: start, sizes: generator.queues(at: end, node: node))
        }
        return QueueSeries(bucketSeconds: seconds, points: found)
    }

    package func status(over period: Period) async throws -> [NodeStatus] {
        let generator = TrafficGenerator(situation: try await ask(), now: now())
        return generator.status(over: period)
    }

    package func choices() async throws -> FilterChoices {
        let situation = try await ask()
        var choices = FilterChoices()
        choices.nodes = situation.nodes
        choices.bindingGroups = ["marketing", "transactional"]
        choices.bindings = ["pool-a", "pool-b", "smtp"]
        choices.domains = (TrafficGenerator.domains.map(\.name) + situation.extraDomains)
            .filter { !$0.isEmpty && $0 != "other" }.sorted()
        return choices
    }

    /// Three messages, and a page more; nobody else ever got one.
    package func trace(_ query: TraceQuery) async throws -> TracePage {
        let situation = try await ask()
        guard situation.volume > 0, query.recipient?.hasPrefix("nobody@") != true else {
            return TracePage(messages: [])
        }
        return GeneratedTrace(end: min(query.period.to, now()), query: query, node: situation.nodes.first ?? "mx1").page
    }

    package func database(_ log: LogFilter) async throws -> DatabaseReport {
        _ = try await ask()
        let findings: [DatabaseReport.Finding] = [
            .init(check: "server", verdict: .good, text: "PostgreSQL 15.20, up for 12 d 4 h"),
            .init(check: "connections", verdict: .good, text: "23 of 150"),
            .init(
                check: "longest transaction",
                verdict: .wrong,
                text: "2 h, mailmill_report (psql, pid 4711)",
                advice: "end it with `SELECT pg_terminate_backend(4711)`"
            ),
            .init(
                check: "disk",
                verdict: .warning,
                text: "9.1 GiB free of 120.0 GiB; events wait below 6.0 GiB",
                advice: "free some space or add some"
            ),
        ]
        let lines: [DatabaseReport.LogLine] = [
            .init(time: "2026-11-28 11:00:00.123", level: "log", text: "checkpoint complete: wrote 412 buffers (2.5%)"),
            .init(time: "2026-11-28 11:04:12.004", level: "error", text: "syntax error at or near \"<script>\""),
            .init(time: "2026-11-28 11:05:09.870", level: "warning", text: "there is no transaction in progress"),
        ]
        let order = ["log", "warning", "error"]
        let wanted = lines.filter { line in
            let rank = order.firstIndex(of: line.level) ?? 0
            let isSevere = rank >= (order.firstIndex(of: log.level.rawValue) ?? 0)
            return isSevere && (log.text.isEmpty || line.text.lowercased().contains(log.text.lowercased()))
        }
        let query = DatabaseReport.Query(
            text: "SELECT <1>",
            role: "mailmill_console",
            calls: 41_233,
            totalMilliseconds: 91_300,
            meanMilliseconds: 2.2
        )
        var report = DatabaseReport(findings: findings, queries: [query], log: wanted)
        report.storage = GeneratedStorage.storage
        report.migrations = [GeneratedStorage.migration(at: now())]
        return report
    }

    package func standing(node: String?) async throws -> Standing {
        let generator = TrafficGenerator(situation: try await ask(), now: now())
        return Standing(
            queues: generator.queues(at: generator.now, node: node),
            nodes: generator.completeness(of: node)
        )
    }
}
