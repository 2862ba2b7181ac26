import Logging
import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// Trace reads indexes: bloom filters on the open day, btrees on days that are over.
@Suite struct TracePlanTests {
    private func plan(_ pool: ConnectionPool, _ criteria: String, hours: Int) async throws -> String {
        let statement: String = try await pool.query("SELECT rt_log.trace_statement(\(criteria)) AS text").one().get(
            "text"
        )
        let asked = statement.replacing("$1", with: "now() - interval '\(hours) hours'").replacing("$2", with: "now()")
        let rows = try await pool.withConnection { connection in
            try await connection.run("SET enable_seqscan = off")
            return try await connection.query("EXPLAIN (COSTS OFF) " + asked)
        }
        return try rows.map { try $0.get("QUERY PLAN", as: String.self) }.joined(separator: "\n")
    }

    private func indexes(_ pool: ConnectionPool) async throws -> Int64 {
        try await pool.number("SELECT count(*) FROM rt_log.trace_index WHERE is_valid")
    }

    @Test func daysThatAreOverGetBtreesAndTheOpenDayNone() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let pool = database.pool(.superuser)
            let upkeep = Upkeep(database)
            for day in 0..<4 { try await source.feed([TestEvent(.delivery, at: Times.now() - Int64(day) * Times.day)]) }
            let over = try await pool.number("SELECT count(*) FROM rt_log.trace_index")
            // Yesterday counts as over two hours after its end.
            #expect(over == 9 || over == 6)
            #expect(try await upkeep.run(.traceIndexes) == over)
            #expect(try await upkeep.run(.traceIndexes) == 0)
            #expect(try await indexes(pool) == over)
            for criterion in ["1, NULL, NULL", "NULL, 1, NULL", "NULL, NULL, 1"] {
                let plan = try await plan(pool, "\(criterion), NULL, NULL", hours: 72)
                let name =
                    criterion.hasPrefix("1") ? "recipient_idx" : criterion.hasSuffix("1") ? "message_idx" : "sender_idx"
                #expect(plan.contains(name), "\(plan)")
                #expect(!plan.contains("Seq Scan"), "\(plan)")
            }
            // Late events come in as ever, and are found.
            try await source.feed([TestEvent(.delivery, at: Times.now() - 3 * Times.day)])
            #expect(try await pool.number("SELECT count(*) FROM rt_log.event") == 5)
        }
    }

    @Test func anIndexThatWasLeftUnfinishedIsMadeAnew() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let pool = database.pool(.superuser)
            let upkeep = Upkeep(database)
            try await source.feed([TestEvent(.delivery, at: Times.now() - 3 * Times.day)])
            #expect(try await upkeep.run(.traceIndexes) == 3)
            try await pool.run(
                """
                UPDATE pg_index SET indisvalid = false
                WHERE indexrelid = (SELECT ('rt_log.' || name)::regclass FROM rt_log.trace_index ORDER BY name LIMIT 1)
                """
            )
            #expect(try await indexes(pool) == 2)
            #expect(try await upkeep.run(.traceIndexes) == 1)
            #expect(try await indexes(pool) == 3)
        }
    }

    @Test func eventsAreWrittenWhileAnIndexIsMade() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let pool = database.pool(.superuser)
            let late = TestEvent(.delivery, at: Times.now() - 3 * Times.day)
            try await source.feed([late])
            // A transaction that is open holds the making of the index up, as a long report does, and no event.
            let holder = try await database.connect(.superuser)
            try await holder.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM rt_log.event")
            let upkeep = Upkeep(database)
            let making = Task { try await upkeep.run(.traceIndexes) }
            let waiting = "SELECT count(*) FROM pg_stat_progress_create_index"
            let deadline = ContinuousClock.now + .seconds(60)
            while try await pool.number(waiting) == 0, ContinuousClock.now < deadline { await Task.yield() }
            for _ in 0..<5 { #expect(try await source.feed([late]) == .committed) }
            try await holder.run("COMMIT")
            #expect(try await making.value == 3)
            #expect(try await indexes(pool) == 3)
        }
    }
}
