import LogGenerator
import Foundation
import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// What the consoles read.
@Suite struct ReportTests {
    private func delivery(_ at: Int64, domain: String = "example.com", binding: String = "") -> TestEvent {
        var event = TestEvent(.delivery, at: at)
        event.domain = domain
        event.group = binding.isEmpty ? "" : "out"
        event.binding = binding
        event.sender = ""
        return event
    }

    @Test func aSeriesHasAPointForEveryBucket() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let start = Times.floor(Times.now(), Times.hour) - 3 * Times.hour
            for minute in [0, 7, 59] as [Int64] {
                try await source.feed([
                    delivery(start + minute * Times.minute + 1), delivery(start + minute * Times.minute),
                ])
            }
            let reports = Reports(database.pool(.console))
            for isFolded in [false, true] {
                if isFolded { _ = try await Upkeep(database).fold() }
                let query = TrafficQuery(period: Period(from: Times.date(start), to: Times.date(start + Times.hour)))
                let series = try await reports.series(query, points: 60)
                #expect(series.bucketSeconds == 60)
                #expect(series.points.count == 60)
                #expect(series.points.map(\.start) == (0..<60).map { Times.date(start + $0 * Times.minute) })
                let counts = series.points.map(\.measures.deliveries)
                #expect(counts.enumerated().filter { $0.element != 0 }.map(\.offset) == [0, 7, 59])
                #expect(counts.reduce(0, +) == 6)
                let coarse = try await reports.series(query, points: 4)
                #expect(coarse.points.map(\.measures.deliveries) == [4, 0, 0, 2])
            }
        }
    }

    /// Minutes of hours that are folded must not gather at the hour's beginning.
    @Test func aSeriesOfADomainOnANodeHasItsMinutes() async throws {
        try await withScratchDatabase { database in
            let one = try await TestSource(database, node: "mx1")
            let other = try await TestSource(database, node: "mx2")
            let start = Times.floor(Times.now(), Times.hour) - 3 * Times.hour
            for minute in [5, 40] as [Int64] {
                try await one.feed([delivery(start + minute * Times.minute), delivery(start, domain: "b.example")])
                try await other.feed([delivery(start + minute * Times.minute)])
            }
            _ = try await Upkeep(database).fold()
            let query = TrafficQuery(
                period: Period(from: Times.date(start), to: Times.date(start + 2 * Times.hour)),
                node: "mx1",
                domain: "example.com"
            )
            let series = try await Reports(database.pool(.console)).series(query, points: 120)
            let counts = series.points.map(\.measures.deliveries)
            #expect(counts.enumerated().filter { $0.element != 0 }.map(\.offset) == [5, 40])
        }
    }

    @Test func aDomainThatNoCubeNamesIsFoundInTheEvents() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let now = Times.now()
            try await source.feed((0..<260).map { delivery(now - Times.hour, domain: "d\($0).example") })
            _ = try await Upkeep(database).fold()
            let row = try await database.pool(.superuser).query(
                "SELECT name FROM report_v1.domain WHERE NOT is_named ORDER BY name LIMIT 1"
            ).one()
            let reports = Reports(database.pool(.console))
            var query = TrafficQuery(period: Period(from: Times.date(now - 2 * Times.hour), to: Times.date(now)))
            query.domain = try row.get("name")
            #expect(try await reports.traffic(query, by: .domain).rows.map(\.domain) == [query.domain])
            #expect(try await reports.traffic(query, by: nil).total.deliveries == 1)
            #expect(try await reports.series(query).points.map(\.measures.deliveries).reduce(0, +) == 1)
            query.domain = "other"
            #expect(try await reports.traffic(query, by: nil).total.deliveries == 60)
            query.domain = "never-seen.example"
            #expect(try await reports.traffic(query, by: .domain).rows.isEmpty)
        }
    }

    @Test func breakdownsAddUpToTheTotal() async throws {
        try await withScratchDatabase { database in
            var maker = TrafficMaker(random: SeededRandom(seed: 8), now: Times.now(), domains: 300, lateDays: [1, 9])
            for node in ["mx1", "mx2"] {
                try await TestSource(database, node: node).feed((0..<300).map { _ in maker.event() })
            }
            let reports = Reports(database.pool(.console))
            let query = TrafficQuery(
                period: Period(from: Times.date(Times.now() - 11 * Times.day + 1234567), to: Times.date(Times.now()))
            )
            let total = try await reports.traffic(query, by: nil).total
            #expect(total.deliveries > 0)
            for grouping in TrafficGrouping.allCases {
                let report = try await reports.traffic(query, by: grouping)
                #expect(report.total == total, "\(grouping)")
                #expect(report.rows.count > 1)
                #expect(report.period == query.period)
                for row in report.rows {
                    #expect((row.node != nil) == (grouping == .node))
                    #expect((row.domain != nil) == (grouping == .domain || grouping == .both))
                    #expect((row.binding != nil) == (grouping == .binding || grouping == .both))
                    #expect((row.minute != nil) == (grouping == .minute))
                }
            }
        }
    }

    @Test func aReportIsCompleteUntilTheOldestOfItsSources() async throws {
        try await withScratchDatabase { database in
            let reports = Reports(database.pool(.console))
            let now = Date(timeIntervalSince1970: Double(Times.now() / Times.second))
            let first = try await TestSource(database, node: "mx1", name: "/a")
            let second = try await TestSource(database, node: "mx1", name: "/b")
            _ = try await TestSource(database, node: "mx2", name: "/a")
            try await first.session.report(readUpTo: now - 5, lagBytes: 0, lastError: nil)
            #expect(try await reports.completeness(node: "mx1").map(\.completeUntil) == [nil])
            try await second.session.report(readUpTo: now - 60, lagBytes: 9, lastError: nil)
            #expect(try await reports.completeness(node: "mx1").map(\.completeUntil) == [now - 60])
            // An older word does not take back a newer one.
            try await second.session.report(readUpTo: now - 90, lagBytes: 9, lastError: nil)
            let query = TrafficQuery(period: Period(from: now - 60, to: now))
            let report = try await reports.traffic(query, by: nil)
            #expect(report.nodes.map(\.node) == ["mx1", "mx2"])
            #expect(report.completeUntil == nil, "mx2 was never read")
            let one = try await reports.traffic(TrafficQuery(period: query.period, node: "mx1"), by: nil)
            #expect(one.completeUntil == now - 60)
        }
    }

    @Test func statusTellsEachNodeItsSourcesAndItsQueues() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database, node: "mx1")
            _ = try await TestSource(database, node: "mx2")
            try await source.feed([delivery(Times.now() - Times.minute)])
            try await source.session.report(readUpTo: .now, lagBytes: 42, lastError: "cannot read on")
            try await source.session.store(QueueReading(at: .now - 20, active: 1, delayed: 2))
            try await source.session.store(QueueReading(at: .now - 10, active: 3, delayed: 4))
            let pool = database.pool(.superuser)
            try await pool.run("UPDATE ops.source SET last_report_at = now() - interval '1 minute' WHERE node_id = 2")
            let nodes = try await Reports(database.pool(.console)).status(over: Period(from: .now - 3600, to: .now))
            #expect(nodes.map(\.node) == ["mx1", "mx2"])
            #expect(nodes.map(\.isOnline) == [true, false])
            #expect(nodes[0].queue == QueueSizes(active: 3, delayed: 4))
            #expect(nodes[1].queue == QueueSizes())
            #expect(nodes[0].measures.deliveries == 1 && nodes[1].measures.deliveries == 0)
            let told = try #require(nodes[0].sources.first)
            #expect(told.lagBytes == 42 && told.lines == 1 && told.events == 1 && told.lastError == "cannot read on")
            #expect(told.newestLineAt != nil && told.completeUntil != nil && told.lastErrorAt != nil)
        }
    }

    @Test func queuesOverTimeAreTheLastOfEachBucketSummedOverNodes() async throws {
        try await withScratchDatabase { database in
            let start = Times.floor(Times.now(), Times.hour) - Times.hour
            for (node, size) in [("mx1", Int64(1)), ("mx2", 10)] {
                let source = try await TestSource(database, node: node)
                for second in [10, 50, 130] as [Int64] {
                    let at = Times.date(start + second * Times.second)
                    try await source.session.store(QueueReading(at: at, active: size * second, delayed: size))
                }
            }
            let reports = Reports(database.pool(.console))
            let period = Period(from: Times.date(start), to: Times.date(start + 5 * Times.minute))
            let all = try await reports.queueSeries(period: period, node: nil, points: 5)
            #expect(all.points.map(\.sizes.active) == [550, nil, 1430, nil, nil])
            let one = try await reports.queueSeries(period: period, node: "mx2", points: 5)
            #expect(one.points.map(\.sizes.delayed) == [10, nil, 10, nil, nil])
        }
    }

    @Test func choicesAreWhatWasSeenAndIsNamed() async throws {
        try await withScratchDatabase { database in
            let reports = Reports(database.pool(.console))
            #expect(try await reports.choices() == FilterChoices())
            #expect(try await !reports.hasSampleData())
            let source = try await TestSource(database)
            try await source.feed([delivery(Times.now(), binding: "smtp"), delivery(Times.now(), binding: "lmtp")])
            let choices = try await reports.choices()
            #expect(choices.nodes == ["mx1"])
            #expect(choices.bindingGroups == ["out"])
            #expect(choices.bindings == ["lmtp", "smtp"])
            #expect(choices.domains == ["example.com"])
        }
    }
}
