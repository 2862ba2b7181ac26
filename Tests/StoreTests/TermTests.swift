import LogGenerator
import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// Texts and their numbers, under an attacker's log.
@Suite struct TermTests {
    private func intern(_ connection: Connection, _ kind: String, _ terms: [String]) async throws -> [Int32] {
        try await connection.query("SELECT ingest_v1.intern($1, $2) AS ids", [kind, terms]).one().get("ids")
    }

    @Test func aTextHasOneNumberForEver() async throws {
        try await withScratchDatabase { database in
            let one = try await database.connect(.collector)
            let other = try await database.connect(.collector)
            let first = try await intern(one, "domain", ["b.example", "a.example", "b.example", ""])
            #expect(first[0] == first[2] && first[0] != first[1] && first[3] == 0)
            #expect(try await intern(other, "domain", ["a.example", "c.example"])[0] == first[1])
            #expect(try await intern(one, "domain", []) == [])
            #expect(try await intern(one, "host", ["a.example"]) == [2])
        }
    }

    @Test func anUnknownKindIsRefused() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect(.collector)
            for kind in ["domain_tier", "domain; DROP TABLE ops.node", "", "Domain"] {
                let error = try await refusal { try await intern(connection, kind, ["x"]) }
                #expect(error.sqlState == SQLState("22023"))
            }
        }
    }

    @Test func pastTheLimitTextsAreOtherAndThatIsCounted() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.superuser)
            try await pool.run("UPDATE ops.term_limit SET max_terms = 50 WHERE kind = 'domain'")
            let source = try await TestSource(database)
            let now = Times.now()
            var events: [TestEvent] = []
            for number in 0..<200 {
                var event = TestEvent(.delivery, at: now)
                event.domain = "d\(number).example"
                event.sender = ""
                events.append(event)
            }
            #expect(try await source.feed(events) == .committed)
            #expect(try await pool.number("SELECT count(*) FROM rt_log.domain WHERE term_id > 1") == 50)
            #expect(try await pool.number("SELECT sum(deliveries) FROM rt_log.traffic_delta") == 200)
            let other = try await pool.number("SELECT deliveries FROM rt_log.traffic_delta WHERE domain_id = 1")
            #expect(try await pool.number("SELECT count(*) FROM rt_log.event WHERE domain_id = 1") == other)
            #expect(other == 150)
            #expect(try await pool.number("SELECT refused_full FROM report_v1.term WHERE kind = 'domain'") == 150)
            // Known texts keep their numbers, and "other" itself was never refused.
            let connection = try await database.connect(.collector)
            #expect(try await intern(connection, "domain", ["d0.example", "other"])[1] == 1)
            #expect(try await pool.number("SELECT refused_full FROM report_v1.term WHERE kind = 'domain'") == 150)
        }
    }

    @Test func textsThatAreTooLongOrMissingAreOtherAndStopNobody() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect(.collector)
            let ids: [Int32] = try await connection.query(
                "SELECT ingest_v1.intern('host', ARRAY['a', repeat('x', 256), NULL, repeat('é', 255), repeat('y', 100000)]) AS ids"
            ).one().get("ids")
            #expect(ids == [ids[0], 1, 1, ids[3], 1])
            #expect(ids[0] > 1 && ids[3] > 1)
        }
    }

    @Test func manySessionsInAnyOrderNeverDeadlock() async throws {
        try await withScratchDatabase { database in
            let names = (0..<400).map { "d\($0).example" }
            try await withThrowingTaskGroup(of: [String: Int32].self) { group in
                for seed in 0..<6 {
                    group.addTask {
                        var random = SeededRandom(seed: UInt64(seed))
                        let connection = try await database.connect(.collector)
                        var ids: [String: Int32] = [:]
                        for _ in 0..<15 {
                            let some = Array(names.shuffled(using: &random).prefix(60))
                            for kind in ["domain", "host"] {
                                let found = try await intern(connection, kind, some)
                                guard kind == "domain" else { continue }
                                for (name, id) in zip(some, found) {
                                    #expect(ids[name] == nil || ids[name] == id)
                                    ids[name] = id
                                }
                            }
                        }
                        return ids
                    }
                }
                var all: [String: Int32] = [:]
                for try await ids in group {
                    all.merge(ids) {
                        #expect($0 == $1); return $0
                    }
                }
                #expect(Set(all.values).count == all.count)
            }
            let pool = database.pool(.superuser)
            let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
            #expect(try await pool.number(deadlocks) == 0)
            #expect(
                try await pool.number(
                    "SELECT count(*) FROM rt_log.domain_tier WHERE tier = 'minute' AND valid_to = 'infinity'"
                ) == 200
            )
        }
    }

    @Test func aSiteWithFewDomainsNeverSeesOther() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let now = Times.now()
            for number in 0..<20 {
                var event = TestEvent(.delivery, at: now - Int64(number) * 3 * Times.day)
                event.domain = "d\(number).example"
                try await source.feed([event])
            }
            let pool = database.pool(.superuser)
            #expect(try await pool.number("SELECT count(*) FROM rt_log.traffic_delta WHERE domain_id = 1") == 0)
        }
    }

    @Test func aFailedOpenUsesUpNoNodeNumber() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect(.collector)
            for _ in 0..<10 {
                _ = try await refusal {
                    try await connection.query(
                        "SELECT ingest_v1.open_source(repeat('n', 300), 'x', 'postfix', false)::text AS s"
                    )
                }
            }
            _ = try await TestSource(database, node: "mx1")
            _ = try await TestSource(database, node: "mx2")
            #expect(try await database.pool(.superuser).number("SELECT max(node_id) FROM ops.node") == 2)
        }
    }
}
