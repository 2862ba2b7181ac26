import Logging
import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// How fast new texts may come, and what becomes of those that nothing names any more.
@Suite struct TermBoundTests {
    private func intern(_ connection: Connection, _ kind: String, _ terms: [String]) async throws -> [Int32] {
        try await connection.query("SELECT ingest_v1.intern($1, $2) AS ids", [kind, terms]).one().get("ids")
    }

    private func names(_ prefix: String, _ count: Int) -> [String] { (0..<count).map { "\(prefix)\($0).example" } }

    private func bound(_ pool: ConnectionPool, _ change: String) async throws {
        try await pool.run("UPDATE ops.term_limit SET \(change) WHERE kind = 'domain'")
    }

    private func use(_ database: ScratchDatabase) async throws -> TermUse {
        let terms = try await Reports(database.pool(.report)).terms()
        return try #require(terms.first { $0.kind == "domain" })
    }

    @Test func anInventorsDomainsAreOtherPastTheRateAndKnownOnesKeepTheirNumbers() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.superuser)
            let connection = try await database.connect(.collector)
            let known = try await intern(connection, "domain", names("known", 100))
            try await bound(pool, "burst = 20, per_hour = 1, reserve = 20, tokens = 20, reserve_until = now()")
            let first = try await intern(connection, "domain", names("a", 50))
            #expect(first.count { $0 > 1 } == 20)
            let second = try await intern(connection, "domain", names("known", 100) + names("b", 30))
            #expect(second == known + [Int32](repeating: 1, count: 30))
            let use = try await use(database)
            #expect((use.known, use.refusedRate, use.refusedFull, use.refusedLength) == (120, 60, 0, 0))
            #expect(use.roomNow == 0 && use.lastRefusedAt != nil)
        }
    }

    @Test func anHourBringsWhatItMayAndNeverMoreThanTheBurst() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.superuser)
            let connection = try await database.connect(.collector)
            let drained = "burst = 40, per_hour = 10, reserve = 40, tokens = 0, reserve_until = now()"
            // A clock that jumped back fills the bucket as well: it must not stay empty until the clock has caught up.
            for (minutes, room) in [(61, 10), (181, 30), (120_000, 40), (-121, 20)] {
                try await bound(pool, "\(drained), refilled_at = now() - interval '\(minutes) minutes'")
                #expect(try await use(database).roomNow == Int64(room))
                let ids = try await intern(connection, "domain", names("h\(minutes)x", 100))
                #expect(ids.count { $0 > 1 } == room)
            }
        }
    }

    @Test func aNewSourceBringsRoomForItsFirstDays() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.superuser)
            try await bound(pool, "tokens = 0, refilled_at = now()")
            _ = try await TestSource(database, node: "mx1")
            #expect(try await use(database).roomNow == 1_000_000)
            try await bound(pool, "tokens = 0, refilled_at = now()")
            _ = try await TestSource(database, node: "mx1")
            #expect(try await use(database).roomNow < 10)
            #expect(try await Upkeep(database).allow(300_000, newTermsOf: "domain"))
            #expect(try await use(database).roomNow == 300_000)
            #expect(try await !Upkeep(database).allow(5, newTermsOf: "domain; DROP TABLE x"))
            try await bound(pool, "tokens = 1000000, reserve_until = now() - interval '1 second'")
            #expect(try await use(database).roomNow == 50_000)
        }
    }

    @Test func manyCollectorsUnderAttackNeverPassTheBoundNorDeadlock() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.superuser)
            try await pool.run(
                "UPDATE ops.term_limit SET burst = 300, per_hour = 1, reserve = 300, tokens = 300, reserve_until = now()"
            )
            let kinds = ["domain", "binding", "host", "reason"]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        let connection = try await database.connect(.collector)
                        for round in 0..<12 {
                            // Half are everybody's, half this collector's own.
                            let texts = names("all\(round % 4)x", 10) + names("n\(number)r\(round)x", 10)
                            let one = texts.shuffled()
                            let ids = try await connection.query(
                                "SELECT ingest_v1.intern('domain', $1) AS domains, ingest_v1.intern('binding', $1) AS bindings, "
                                    + "ingest_v1.intern('host', $1) AS hosts, ingest_v1.intern('reason', $1) AS reasons",
                                [one]
                            ).one()
                            for kind in kinds {
                                #expect(try ids.get("\(kind)s", as: [Int32].self).count == 20)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            for kind in kinds {
                #expect(try await pool.number("SELECT count(*) FROM rt_log.\(kind) WHERE term_id > 1") == 300)
                #expect(try await pool.number("SELECT known FROM report_v1.term WHERE kind = '\(kind)'") == 300)
            }
            let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
            #expect(try await pool.number(deadlocks) == 0)
            // Counting them moves them, and loses none.
            let refused = try await Reports(database.pool(.report)).terms().map(\.refused)
            _ = try await Upkeep(database).run(.terms)
            #expect(try await pool.number("SELECT count(*) FROM ops.term_refusal") == 0)
            #expect(try await Reports(database.pool(.report)).terms().map(\.refused) == refused)
        }
    }

    @Test func whatNothingNamesIsRetiredThenDeletedAndMakesRoom() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.superuser)
            let upkeep = Upkeep(database)
            let source = try await TestSource(database)
            var event = TestEvent(.delivery, at: Times.now())
            event.domain = "named.example"
            event.sender = "sender.example"
            try await source.feed([event])
            let connection = try await database.connect(.collector)
            _ = try await intern(connection, "domain", names("invented", 250))
            let wanted = try await intern(connection, "domain", ["invented249.example"])
            try await bound(pool, "max_terms = 300")
            #expect(try await upkeep.run(.terms) == 0)  // None is old enough.
            try await pool.run("UPDATE rt_log.domain SET first_seen_at = now() - interval '20 days' WHERE term_id > 1")
            try await pool.run("DELETE FROM rt_log.domain_tier")
            #expect(try await upkeep.run(.terms) == 0)  // Looked through just before.
            try await bound(pool, "references_checked_at = NULL")
            #expect(try await upkeep.run(.terms) == 250)
            // One comes back meanwhile, with the number it had.
            #expect(try await intern(connection, "domain", ["invented249.example"]) == wanted)
            try await bound(pool, "references_checked_at = NULL")
            #expect(try await upkeep.run(.terms) == 1)  // Named by no row, that one again; the others wait.
            try await pool.run("UPDATE rt_log.domain SET retired_at = retired_at - interval '3 days'")
            try await bound(pool, "references_checked_at = NULL")
            #expect(try await upkeep.run(.terms) == 250)
            let left = try await pool.query("SELECT name FROM rt_log.domain WHERE term_id > 1 ORDER BY name")
            #expect(try left.map { try $0.get("name", as: String.self) } == ["named.example", "sender.example"])
            #expect(try await pool.number("SELECT known FROM ops.term_limit WHERE kind = 'domain'") == 2)
            #expect(try await pool.number("SELECT retired FROM ops.term_limit WHERE kind = 'domain'") == 0)
            #expect(try await intern(connection, "domain", ["invented249.example"])[0] > wanted[0])
        }
    }

    @Test func aCollectorAsksAgainBeforeANumberCanBeGone() async throws {
        try await withScratchDatabase { database in
            let rules = try BundledRules.ruleSet()
            let settings = database.settings(.collector)
            let pool = database.pool(.superuser)
            for (life, isAskedAgain) in [(Duration.zero, true), (.seconds(3600), false)] {
                let session = IngestSession(settings, rules: rules, termLife: life, logger: Logger(label: "test"))
                let name = "/var/log/\(life)"
                _ = try await session.open(node: "mx1", name: name, format: "postfix", isSample: false)
                let file = try await session.register(name: name, fingerprint: .ofTests)
                let event = TestEvent(.delivery, at: Times.now())
                let first = EventBatch.of([event], file: file, from: 0)
                #expect(try await session.commit(first) == .committed)
                // As if it had been deleted, and given another number.
                try await pool.run("UPDATE rt_log.domain SET name = '\(life)' WHERE name = 'example.com'")
                #expect(try await session.commit(.of([event], file: file, from: first.to)) == .committed)
                let known = try await pool.number("SELECT count(*) FROM rt_log.domain WHERE name = 'example.com'")
                #expect(known == (isAskedAgain ? 1 : 0))
            }
        }
    }
}
