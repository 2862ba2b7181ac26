import Foundation
import LogGenerator
import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// Failures, delivery times and any domain's traffic agree with an independent count, at every moment of a random history.
@Suite struct FactTests {
    private static let kinds: [EventKind: String] = [
        .transientFailure: "transient_failure", .permanentFailure: "permanent_failure",
        .outOfBandBounce: "out_of_band_bounce", .expiration: "expiration", .rejection: "rejection",
        .administrativeFailure: "administrative_failure",
    ]
    private static let slots: [Int64] = [
        5, 30, 60, 120, 300, 600, 1800, 3600, 7200, 10_800, 14_400, 18_000, 21_600, 28_800, 36_000, 43_200,
    ]

    /// What a moment of the history is asked about.
    private struct Moment {
        var tally: Tally
        /// Domains of tier `hour`.
        var named: Set<String>
        var from: Int64
        var to: Int64
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func allFactsAgreeAtEveryMoment(seed: UInt64) async throws {
        try await withScratchDatabase { database in
            var maker = TrafficMaker(random: SeededRandom(seed: seed), now: Times.now(), domains: 400)
            let owner = database.pool(.superuser)
            try await fillTier(owner, leaving: 60)
            let sources = [try await TestSource(database, node: "mx1"), try await TestSource(database, node: "mx2")]
            let reader = database.pool(.report)
            let upkeep = Upkeep(database)
            var tally = Tally()
            for _ in 0..<14 {
                let number = Int.random(in: 0..<2, using: &maker.random)
                var events = (0..<Int.random(in: 1..<200, using: &maker.random)).map { _ in maker.event() }
                for index in events.indices where Int.random(in: 0..<4, using: &maker.random) == 0 {
                    events[index].delay = Int64.random(in: 0..<60_000_000, using: &maker.random)
                }
                try await sources[number].feed(events)
                tally.entries += events.map { Tally.Entry(node: "mx\(number + 1)", event: $0) }
                let named = Set(
                    try await owner.query(
                        """
                        SELECT d.name FROM rt_log.domain_tier AS t JOIN rt_log.domain AS d ON d.term_id = t.domain_id
                        WHERE t.tier = 'hour'
                        """
                    ).map { try $0.get("name", as: String.self) }
                )
                switch Int.random(in: 0..<4, using: &maker.random) {
                case 0: _ = try await upkeep.foldEvents(grace: .zero)
                case 1:
                    _ = try await upkeep.foldEvents(grace: .seconds(Int.random(in: 0..<20_000, using: &maker.random)))
                default: break
                }
                for _ in 0..<4 {
                    let ends = [maker.event().at, maker.event().at].sorted()
                    let moment = Moment(tally: tally, named: named, from: ends[0], to: ends[1])
                    try await checkFailures(moment, reader, &maker)
                    try await checkDeliveryTimes(moment, reader, &maker)
                    try await checkDomain(moment, reader, &maker)
                }
            }
            #expect(try await upkeep.checkFigures() == [])
            #expect(try await owner.number("SELECT count(*) FROM rt_log.every_domain_by_day") > 0)
            _ = try await upkeep.foldEvents(grace: .zero)
            #expect(
                try await owner.number("SELECT count(*) FROM rt_log.late_fact WHERE bucket < now() - interval '1 hour'")
                    == 0
            )
        }
    }

    @Test func aWrongFigureIsNamed() async throws {
        try await withScratchDatabase { database in
            var maker = TrafficMaker(random: SeededRandom(seed: 9), now: Times.now(), domains: 20, lateDays: [1, 3])
            try await TestSource(database).feed((0..<300).map { _ in maker.event() })
            let upkeep = Upkeep(database)
            _ = try await upkeep.fold(grace: .zero)
            _ = try await upkeep.foldEvents(grace: .zero)
            #expect(try await upkeep.checkFigures() == [])
            let owner = database.pool(.superuser)
            for (cube, measure) in [
                ("domain_by_day", "receptions"), ("every_domain_by_hour", "deliveries"),
                ("reason_by_64_days", "events"),
                ("total_by_minute", "discards"),
            ] {
                try await owner.run(
                    """
                    UPDATE rt_log.\(cube) AS c SET \(measure) = coalesce(c.\(measure), 0) + 1
                    WHERE c.ctid = (SELECT w.ctid FROM rt_log.\(cube) AS w ORDER BY w.bucket DESC LIMIT 1)
                        AND c.tableoid = (SELECT w.tableoid FROM rt_log.\(cube) AS w ORDER BY w.bucket DESC LIMIT 1)
                    """
                )
                let found = try await upkeep.checkFigures()
                #expect(
                    found.contains { $0.relation == cube && $0.measure == measure && $0.found == $0.expected + 1 },
                    "\(cube)"
                )
                try await owner.run(
                    """
                    UPDATE rt_log.\(cube) AS c SET \(measure) = coalesce(c.\(measure), 0) - 1
                    WHERE c.ctid = (SELECT w.ctid FROM rt_log.\(cube) AS w ORDER BY w.bucket DESC LIMIT 1)
                        AND c.tableoid = (SELECT w.tableoid FROM rt_log.\(cube) AS w ORDER BY w.bucket DESC LIMIT 1)
                    """
                )
            }
        }
    }

    /// Takes the room of tier `hour` away, but for a few, so that some domains are `other`.
    private func fillTier(_ owner: ConnectionPool, leaving room: Int) async throws {
        try await owner.run(
            """
            INSERT INTO rt_log.domain (name) SELECT 'taken' || n || '.example' FROM generate_series(1, \(2000 - room)) AS n;
            INSERT INTO rt_log.domain_tier (domain_id, tier, valid_from)
            SELECT d.term_id, 'hour', '-infinity' FROM rt_log.domain AS d WHERE d.name LIKE 'taken%'
            """
        )
    }

    private var rawHorizon: Int64 { Times.floor(Times.now(), Times.day) - 14 * Times.day }

    private func times(_ moment: Moment) -> [(any PostgresEncodable)?] {
        [Timestamp(microseconds: moment.from), Timestamp(microseconds: moment.to)]
    }

    private func answered(_ row: Row) throws -> Range<Int64> {
        let from = try row.get("answered_from", as: Timestamp.self).microseconds
        return from..<(try max(from, row.get("answered_to", as: Timestamp.self).microseconds))
    }

    /// What is kept to the microsecond is answered to the microsecond.
    private func checkPeriod(_ found: Range<Int64>, _ moment: Moment, _ what: String) {
        if moment.from >= rawHorizon { #expect(found == moment.from..<moment.to, "\(what)") }
        #expect(found.upperBound >= moment.to, "\(what)")
    }

    private func checkFailures(_ moment: Moment, _ reader: ConnectionPool, _ maker: inout TrafficMaker) async throws {
        let by = Set(["node", "binding", "domain", "kind"].filter { _ in Bool.random(using: &maker.random) })
        let node = Bool.random(using: &maker.random) ? "mx1" : nil
        let domain = Int.random(in: 0..<3, using: &maker.random) == 0 ? maker.event().domain : nil
        let rows = try await reader.query(
            "SELECT * FROM report_v1.failures($1, $2, only_node => $3, only_domain => $4, by => $5)",
            times(moment) + [node, domain, by.sorted()]
        )
        let what = "failures by \(by.sorted()) of \(node ?? "-"), \(domain ?? "-"): \(times(moment))"
        let period = try answered(try #require(rows.first))
        let isExact = domain.map { !$0.isEmpty && !moment.named.contains($0) } ?? false
        if !isExact { checkPeriod(period, moment, what) }
        func name(_ event: TestEvent) -> String {
            isExact || event.domain.isEmpty || moment.named.contains(event.domain) ? event.domain : "other"
        }
        var expected: [[String]: [Int64]] = [:]
        for entry in moment.tally.entries where period.contains(entry.event.at) {
            guard let kind = Self.kinds[entry.event.kind], node == nil || node == entry.node else { continue }
            let domainName = name(entry.event)
            guard domain == nil || domain == domainName else { continue }
            let key = [
                by.contains("node") ? entry.node : "-",
                by.contains("binding") ? entry.event.group + "/" + entry.event.binding : "-",
                by.contains("domain") ? domainName : "-", by.contains("kind") ? kind : "-",
            ]
            expected[key, default: [0, 0]][0] += 1
            if entry.event.attempt > 1 { expected[key, default: [0, 0]][1] += 1 }
        }
        var found: [[String]: [Int64]] = [:]
        for row in rows.dropFirst() {
            let binding: String? = try row.find("binding")
            let group: String? = try row.find("binding_group")
            let key = [
                try row.find("node") ?? "-", binding.map { (group ?? "") + "/" + $0 } ?? "-",
                try row.find("domain") ?? "-",
                try row.find("kind") ?? "-",
            ]
            found[key] = [try row.get("events"), try row.get("events_later")]
        }
        #expect(found == expected, "\(what)")
        let total: Int64? = try rows.first?.get("events")
        #expect(total == expected.values.map { $0[0] }.reduce(0, +), "\(what)")
    }

    private func checkDeliveryTimes(_ moment: Moment, _ reader: ConnectionPool, _ maker: inout TrafficMaker)
        async throws
    {
        let node = Bool.random(using: &maker.random) ? "mx2" : nil
        let rows = try await reader.query(
            "SELECT * FROM report_v1.delivery_times($1, $2, only_node => $3)",
            times(moment) + [node]
        )
        #expect(rows.count == 18)
        let period = try answered(try #require(rows.first))
        checkPeriod(period, moment, "delivery times")
        var counts = [Int64](repeating: 0, count: 18)
        var sizes: [Int64] = []
        for entry in moment.tally.entries where entry.event.kind == .delivery && period.contains(entry.event.at) {
            guard node == nil || node == entry.node else { continue }
            let delay = entry.event.delay
            let slot = delay < 0 ? 0 : (Self.slots.firstIndex { delay <= $0 * 1000 } ?? 16) + 1
            counts[slot] += 1
            if entry.event.size >= 0 { sizes.append(entry.event.size) }
        }
        #expect(try rows.map { try $0.get("deliveries", as: Int64.self) } == counts)
        #expect(try rows.map { try $0.get("bytes", as: Int64.self) }.reduce(0, +) == sizes.reduce(0, +))
        #expect(try rows.compactMap { try $0.find("size_min", as: Int64.self) }.min() == sizes.min())
        #expect(try rows.compactMap { try $0.find("size_max", as: Int64.self) }.max() == sizes.max())
    }

    private func checkDomain(_ moment: Moment, _ reader: ConnectionPool, _ maker: inout TrafficMaker) async throws {
        let domain = maker.event().domain
        let rows = try await reader.query(
            "SELECT * FROM report_v1.domain_traffic($1, $2, $3)",
            times(moment) + [domain]
        )
        let total = try #require(rows.first)
        let period = try answered(total)
        checkPeriod(period, moment, "traffic of \(domain)")
        let expected = moment.tally.sum {
            $0.event.domain == domain && period.contains($0.event.at)
        } by: { _ in
            Tally.Key()
        }
        let found: [Int64] = try Tally.columns.map { try total.get($0) }
        #expect(found == expected[Tally.Key()] ?? Tally.nothing, "traffic of \(domain): \(times(moment))")
    }

    /// Commits in the middle of a fold are in neither place twice.
    @Test func everySnapshotAgreesWhileCollectorsCommitAndEventsAreFolded() async throws {
        try await withScratchDatabase { database in
            let isDone = Shared(false)
            let upkeep = Upkeep(database)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...3 {
                    group.addTask {
                        let source = try await TestSource(database, node: "mx\(number)")
                        var maker = TrafficMaker(
                            random: SeededRandom(seed: UInt64(number)),
                            now: Times.now(),
                            domains: 40,
                            lateDays: [1, 2, 20]
                        )
                        for _ in 0..<60 { try await source.feed((0..<30).map { _ in maker.event() }) }
                    }
                }
                group.addTask {
                    while !isDone.value { _ = try await upkeep.foldEvents(grace: .zero) }
                }
                group.addTask {
                    let reader = database.pool(.report)
                    while !isDone.value {
                        let row = try await reader.query(Self.agreement).one()
                        let counts = try [1, 2, 3, 4].map { try row.get("n\($0)", as: Int64.self) }
                        #expect(Set(counts).count == 1, "\(counts)")
                    }
                }
                for _ in 0..<3 { _ = try await group.next() }
                isDone.change { $0 = true }
                try await group.waitForAll()
            }
            let row = try await database.pool(.report).query(Self.agreement).one()
            #expect(try row.get("n1", as: Int64.self) > 100)
        }
    }

    /// Deliveries and failures of 40 days, from the delta's cubes, two event-fed families, and the totals of domains.
    private static let agreement = """
        SELECT t.deliveries AS n1,
            (SELECT coalesce(sum(d.deliveries), 0)::bigint FROM report_v1.delivery_times($from, $to) AS d) AS n2,
            (SELECT coalesce(sum(b.deliveries), 0)::bigint FROM report_v1.breakdown($from, $to, by_domain => true) AS b WHERE b.rank > 0) AS n3,
            t.deliveries + (SELECT f.events - t.transient_failures - t.permanent_failures - t.out_of_band_bounces - t.expirations
                - t.rejections_5xx - t.rejections_4xx - t.administrative_failures
                FROM report_v1.failures($from, $to, row_limit => 0) AS f) AS n4
        FROM report_v1.breakdown($from, $to, row_limit => 0) AS t
        """
        .replacing("$from", with: "date_trunc('day', now(), 'UTC') - interval '40 days'")
        .replacing("$to", with: "date_trunc('day', now(), 'UTC') + interval '2 days'")
}
