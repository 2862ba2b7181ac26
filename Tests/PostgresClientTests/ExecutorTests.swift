import PostgresClient
import ScratchPostgres
import Testing

/// libpq blocks: what it blocks is a thread of the connection's own.
@Suite struct ExecutorTests {
    @Test func blockedConnectionsHoldUpNobodyElse() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let pool = database.pool(.owner, limit: 12)
            let sleepers = (0..<12).map { _ in
                Task { try await pool.query("SELECT pg_sleep(5) IS NULL AS slept") }
            }
            let observer = try await database.connect(.superuser)
            try await eventually("twelve sleeping statements at once") {
                try await observer.query(
                    """
                    SELECT count(*) AS n FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event = 'PgSleep'
                    """
                ).one().get("n", as: Int.self) == 12
            }
            for sleeper in sleepers { sleeper.cancel() }
            for sleeper in sleepers { _ = await sleeper.result }
        }
    }

    @Test func callsOfTwoTasksOnOneConnectionComeOneAfterTheOther() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.owner)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        let row = try await connection.query("SELECT $1 AS n, pg_sleep(0.001)::text", [Int32(number)])
                        #expect(try row.one().get("n", as: Int.self) == number)
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
