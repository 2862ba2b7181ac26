import Foundation
import LogGenerator
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// The first rows of a breakdown, in every order.
@Suite struct BreakdownTests {
    /// The value that an order goes by; what is not known is least.
    private func value(_ row: TrafficRow, _ column: TrafficColumn) -> (number: Double, text: String) {
        let measures = row.measures
        return switch column {
        case .node: (0, row.node ?? "")
        case .domain: (0, row.domain ?? "")
        case .binding: (0, row.binding ?? "")
        case .minute: (row.minute?.timeIntervalSince1970 ?? 0, "")
        case .receptions: (Double(measures.receptions), "")
        case .deliveries: (Double(measures.deliveries), "")
        case .bounces: (Double(measures.bounces), "")
        case .bounceRate: (measures.bounceRate ?? -1, "")
        case .transientFailures: (Double(measures.transientFailures), "")
        case .transientRate: (measures.transientRate ?? -1, "")
        case .rejections: (Double(measures.rejections), "")
        case .deliveryTime: (measures.deliveryTimeMean ?? -1, "")
        case .deliveryTimeMax: (Double(measures.deliveryTimeMax), "")
        }
    }

    private func precedes(_ one: (number: Double, text: String), _ other: (number: Double, text: String)) -> Bool {
        if one.number != other.number { return one.number < other.number }
        return one.text.utf8.lexicographicallyPrecedes(other.text.utf8)
    }

    @Test func theFirstRowsOfEveryOrderComeWithTheTotalOfAll() async throws {
        try await withScratchDatabase { database in
            var maker = TrafficMaker(
                random: SeededRandom(seed: 5),
                now: Times.now(),
                domains: 60,
                lateDays: [1, 9, 40]
            )
            for node in ["mx1", "mx2"] {
                try await TestSource(database, node: node).feed((0..<400).map { _ in maker.event() })
            }
            _ = try await Upkeep(database).fold(grace: .zero)
            let reports = Reports(database.pool(.console))
            let query = TrafficQuery(
                period: Period(from: Times.date(Times.now() - 50 * Times.day), to: Times.date(Times.now()))
            )
            for grouping in [TrafficGrouping.domain, .binding, .both, .node, .minute] {
                let all = try await reports.traffic(query, by: grouping)
                #expect(all.rowCount == Int64(all.rows.count))
                for column in TrafficColumn.allCases {
                    for isDescending in [true, false] {
                        let order = TrafficOrder(column, isDescending: isDescending)
                        let some = try await reports.traffic(query, by: grouping, order: order, limit: 7)
                        let values = all.rows.map { value($0, column) }.sorted {
                            isDescending ? precedes($1, $0) : precedes($0, $1)
                        }
                        let found = some.rows.map { value($0, column) }
                        let what = "\(grouping), \(order)"
                        let first = Array(values.prefix(7))
                        #expect(found.map(\.number) == first.map(\.number), "\(what)")
                        #expect(found.map(\.text) == first.map(\.text), "\(what)")
                        let areThere = some.rows.allSatisfy { all.rows.contains($0) }
                        #expect(areThere, "\(what)")
                        #expect(some.total == all.total, "\(what)")
                        #expect(some.rowCount == all.rowCount, "\(what)")
                        #expect(some.untold == all.untold, "\(what)")
                    }
                }
                let untold = all.rows.filter { $0.domain == "" || $0.binding == "" }
                let sum = untold.reduce(into: TrafficMeasures()) { $0 += $1.measures }
                let expected = UntoldTraffic(
                    rows: Int64(untold.count),
                    receptions: sum.receptions,
                    rejections: sum.rejections
                )
                #expect(all.untold == expected)
            }
        }
    }

    @Test func aPeriodWithoutTrafficHasATotalOfNothing() async throws {
        try await withScratchDatabase { database in
            let reports = Reports(database.pool(.console))
            var query = TrafficQuery(
                period: Period(from: Times.date(Times.now() - Times.hour), to: Times.date(Times.now()))
            )
            for domain in [nil, "never-seen.example"] {
                query.domain = domain
                let report = try await reports.traffic(query, by: .both, limit: 10)
                #expect(report.rows.isEmpty)
                #expect(report.rowCount == 0)
                #expect(report.total == TrafficMeasures())
                #expect(report.period == query.period)
            }
        }
    }

    @Test func anUnknownOrderIsAnError() async throws {
        try await withScratchDatabase { database in
            let error = try await refusal {
                try await database.pool(.report).query(
                    "SELECT * FROM report_v1.breakdown(now() - interval '1 hour', now(), order_by => 'size')"
                )
            }
            #expect(error.sqlState == SQLState("22023"))
        }
    }
}
