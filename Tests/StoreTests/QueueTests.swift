import Foundation
import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

extension QueueReading {
    init(at time: Date, active: Int64?, delayed: Int64?) {
        self.init(takenAt: time)
        self.active = active
        self.delayed = delayed
    }
}

/// Queue sizes as they are stored.
@Suite struct QueueTests {
    @Test func whatNoServerTellsIsNotMeasured() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database, node: "mx1")
            var reading = QueueReading(at: .now - 5, active: nil, delayed: 7)
            reading.connectionsOut = 3
            try await source.session.store(reading)
            let reports = Reports(database.pool(.console))
            let sizes = try #require(try await reports.queueNow()["mx1"])
            #expect(sizes == QueueSizes(active: nil, delayed: 7, connectionsIn: nil, connectionsOut: 3))
            let period = Period(from: .now - 60, to: .now + 60)
            let points = try await reports.queueSeries(period: period, node: nil).points.map(\.sizes)
            #expect(points.compactMap(\.delayed) == [7] && points.compactMap(\.active).isEmpty)
            #expect(points.compactMap(\.connectionsOut) == [3] && points.compactMap(\.connectionsIn).isEmpty)
        }
    }

    @Test func partsAreNamedAsTheCubesNameThem() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            var event = TestEvent(.delivery, at: Times.now())
            (event.group, event.binding) = ("pool", "ip7")
            try await source.feed([event])
            var reading = QueueReading(at: .now - 5, active: 10, delayed: 20)
            typealias Part = QueueReading.Part
            reading.parts = [
                Part(bindingGroup: "", binding: "ip7", domain: "example.com", active: 1, delayed: 2),
                Part(bindingGroup: "pool", binding: "ip7", domain: "example.com", active: 1, delayed: 0),
                Part(bindingGroup: "", binding: "", domain: "invented.example", active: 0, delayed: 5),
                Part(bindingGroup: "", binding: "never-seen", domain: "", active: 4, delayed: 0),
                Part(bindingGroup: "", binding: "", domain: "other", active: 0, delayed: 6),
            ]
            try await source.session.store(reading)
            let rows = try await database.pool(.report).query(
                """
                SELECT concat_ws('/', binding_group, binding, domain, active, delayed) AS part FROM report_v1.queue_part ORDER BY 1
                """
            ).map { try $0.get("part", as: String.self) }
            #expect(rows == ["//other/0/11", "other/other//4/0", "pool/ip7/example.com/2/2"])
            // A queue is full of names that never come to anything: none got a number.
            let names = "SELECT count(*) FROM rt_log.domain WHERE name = 'invented.example'"
            #expect(try await database.pool(.superuser).number(names) == 0)
        }
    }

    @Test func samplesAreThinnedWithAgeAndTheNewestOfEachMinuteStays() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            try await source.session.store(QueueReading(at: .now - 5, active: 1, delayed: 1))
            let pool = database.pool(.superuser)
            try await pool.run(
                """
                SELECT ops.ensure_partition('queue_sample', now() - make_interval(days => d)) FROM unnest('{1,4,62}'::integer[]) AS d;
                INSERT INTO rt_log.queue_sample (taken_at, node_id, active)
                SELECT date_trunc('day', now(), 'UTC') - make_interval(days => d) + make_interval(secs => s), 1, s
                FROM unnest('{1,4,62}'::integer[]) AS d, generate_series(0, 1199, 10) AS s
                """
            )
            let upkeep = Upkeep(database)
            #expect(try await upkeep.run(.queues) == 100 + 118)
            #expect(try await upkeep.run(.queues) == 0)
            let kept =
                "SELECT count(*) FROM rt_log.queue_sample WHERE taken_at >= date_trunc('day', now(), 'UTC') - interval"
            #expect(try await pool.number("\(kept) '1 day'") == 121)
            #expect(try await pool.number("\(kept) '4 days'") == 141)
            #expect(try await pool.number("\(kept) '62 days'") == 143)
            #expect(try await pool.number("SELECT max(active) FROM rt_log.queue_sample") == 1190)
        }
    }
}
