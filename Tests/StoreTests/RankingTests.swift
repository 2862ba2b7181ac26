import LogGenerator
import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// Which domains the minute cubes name.
@Suite struct RankingTests {
    /// That many deliveries to each domain, all of one time.
    private func traffic(_ counts: [(String, Int)], at: Int64) -> [TestEvent] {
        counts.flatMap { domain, count in
            var event = TestEvent(.delivery, at: at)
            event.domain = domain
            event.sender = ""
            return [TestEvent](repeating: event, count: count)
        }
    }

    private func names(_ range: Range<Int>) -> [String] { range.map { "d\($0).example" } }

    private func members(_ pool: ConnectionPool) async throws -> Set<String> {
        Set(
            try await pool.query(
                """
                SELECT d.name FROM (SELECT * FROM rt_log.domain_tier WHERE tier = 'minute') AS t JOIN rt_log.domain AS d ON d.term_id = t.domain_id
                WHERE t.valid_to = 'infinity'
                """
            ).map { try $0.get("name", as: String.self) }
        )
    }

    /// What would make an event count twice, or under two names.
    private func faults(_ pool: ConnectionPool) async throws -> [Int64] {
        [
            try await pool.number(
                """
                SELECT count(*) FROM (SELECT * FROM rt_log.domain_tier WHERE tier = 'minute') AS a JOIN (SELECT * FROM rt_log.domain_tier WHERE tier = 'minute') AS b
                    ON a.domain_id = b.domain_id AND a.valid_from < b.valid_from AND a.valid_to > b.valid_from
                """
            ),
            try await pool.number(
                "SELECT greatest(count(*) - 200, 0) FROM rt_log.domain_tier WHERE tier = 'minute' AND valid_to = 'infinity' AND NOT is_watched"
            ),
            // The cubes and the events name the same domains in the same minutes.
            try await pool.number(
                """
                SELECT count(*) FROM (
                    SELECT date_trunc('minute', e.bucket) AS minute, d.name AS domain, sum(e.deliveries) AS n
                    FROM rt_log.event_measure AS e JOIN rt_log.domain AS d ON d.term_id = e.domain_id GROUP BY 1, 2
                ) AS e
                FULL JOIN (SELECT minute, domain, deliveries AS n FROM report_v1.domain_by_minute) AS c
                    ON c.minute = e.minute AND c.domain = e.domain
                WHERE e.n IS DISTINCT FROM c.n
                """
            ),
        ]
    }

    @Test func aBusyDomainJoinsInAMinuteThatHasNotBegunAndOnceOnly() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let pool = database.pool(.superuser)
            let upkeep = Upkeep(database)
            let now = Times.now()
            try await source.feed(traffic(names(0..<200).map { ($0, 1) }, at: now - Times.hour))
            try await source.feed(traffic([("new.example", 50)], at: now - Times.hour))
            #expect(try await upkeep.run(.ranking) == 1)
            #expect(try await upkeep.run(.ranking) == 0)
            let joined = try await pool.query(
                """
                SELECT t.valid_from, t.valid_from = date_trunc('minute', t.valid_from) AS is_round
                FROM (SELECT * FROM rt_log.domain_tier WHERE tier = 'minute') AS t JOIN rt_log.domain AS d ON d.term_id = t.domain_id WHERE d.name = 'new.example'
                """
            ).one()
            #expect(try joined.get("is_round", as: Bool.self))
            let from = try joined.get("valid_from", as: Timestamp.self).microseconds
            #expect(from > Times.now())
            #expect(try await members(pool).count == 200)
            // Before that minute it counts in "other" for ever, from it on under its name.
            try await source.feed(traffic([("new.example", 7)], at: now - Times.hour))
            try await source.feed(traffic([("new.example", 9)], at: from))
            let n = "SELECT sum(deliveries) FROM report_v1.domain_by_minute WHERE domain ="
            #expect(try await pool.number("\(n) 'new.example'") == 9)
            #expect(try await pool.number("\(n) 'other'") == 57)
            #expect(try await faults(pool) == [0, 0, 0])
        }
    }

    @Test func membersLeaveOnlyForBusierOnesAndNotAtOnce() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let pool = database.pool(.superuser)
            let upkeep = Upkeep(database)
            let recently = Times.now() - Times.hour
            // Members of long ago, silent since.
            try await source.feed(traffic(names(0..<200).map { ($0, 1) }, at: recently - 8 * Times.hour))
            #expect(try await upkeep.run(.ranking) == 0)
            #expect(try await members(pool) == Set(names(0..<200)))
            // 40 of them still rank, if far behind, and stay; 30 new ones replace the silent.
            try await source.feed(traffic(names(0..<40).map { ($0, 1) }, at: recently))
            try await source.feed(traffic(names(500..<530).map { ($0, 5) }, at: recently))
            #expect(try await upkeep.run(.ranking) == 30)
            let now = try await members(pool)
            #expect(now.count == 200)
            #expect(now.isSuperset(of: names(0..<40) + names(500..<530)))
            #expect(try await faults(pool) == [0, 0, 0])
        }
    }

    @Test func aMemberDoesNotLeaveForOneThatIsHardlyBusier() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let pool = database.pool(.superuser)
            let upkeep = Upkeep(database)
            let recently = Times.now() - Times.hour
            try await source.feed(traffic(names(0..<200).map { ($0, 10) }, at: recently))
            try await source.feed(traffic([("a.example", 14), ("b.example", 15), ("c.example", 16)], at: recently))
            #expect(try await upkeep.run(.ranking) == 1)
            #expect(try await members(pool).isDisjoint(with: ["a.example", "b.example"]))
            #expect(try await members(pool).contains("c.example"))
        }
    }

    @Test func whoLeftMayComeBackAndNeverCountsTwice() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let pool = database.pool(.superuser)
            let upkeep = Upkeep(database)
            let now = Times.now()
            var random = SeededRandom(seed: 3)
            for round in 0..<6 {
                let busy = names(0..<420).shuffled(using: &random).prefix(180)
                let ahead = Int64(round % 2) * 5 * Times.minute
                try await source.feed(traffic(busy.map { ($0, 1 + round) }, at: now - Times.hour))
                try await source.feed(traffic(busy.prefix(50).map { ($0, 1) }, at: now + ahead))
                // What was busy before is forgotten: only the last round ranks.
                _ = try await upkeep.run(.ranking)
                try await source.feed(traffic(busy.prefix(90).map { ($0, 1) }, at: now + 9 * Times.minute))
                try await source.feed(traffic(busy.prefix(90).map { ($0, 1) }, at: now - 30 * Times.minute))
                if round == 3 { _ = try await upkeep.fold(grace: .zero) }
                #expect(try await faults(pool) == [0, 0, 0], "round \(round)")
            }
        }
    }

    @Test func watchedDomainsStayBesideTheBusiest() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let pool = database.pool(.superuser)
            let upkeep = Upkeep(database)
            let recently = Times.now() - Times.hour
            try await source.feed(traffic(names(0..<10).map { ($0, 1) }, at: recently - 8 * Times.hour))
            try await pool.run("UPDATE rt_log.domain_tier SET is_watched = true")
            try await source.feed(traffic(names(100..<450).map { ($0, 3) }, at: recently))
            _ = try await upkeep.run(.ranking)
            let now = try await members(pool)
            #expect(now.isSuperset(of: names(0..<10)))
            #expect(now.count == 210)
            #expect(try await faults(pool) == [0, 0, 0])
        }
    }

    @Test func internAndRankingTogetherNeverPassTheTiersSize() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.superuser)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        let connection = try await database.connect(.collector)
                        for round in 0..<10 {
                            let terms = (0..<12).map { "n\(number)r\(round)d\($0).example" }
                            try await connection.query("SELECT ingest_v1.intern('domain', $1) AS ids", [terms])
                        }
                    }
                }
                group.addTask {
                    let upkeep = Upkeep(database)
                    for _ in 0..<10 { _ = try await upkeep.run(.ranking) }
                }
                try await group.waitForAll()
            }
            #expect(try await members(pool).count == 200)
        }
    }
}
