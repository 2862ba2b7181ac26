import PostgresClient
import ScratchPostgres
import Testing

/// A cancelled task cancels its statement on the server, and only that one.
@Suite struct CancellationTests {
    /// Waits until a connection's session runs a statement that sleeps.
    private func untilSleeping(_ observer: Connection) async throws {
        try await eventually("a sleeping statement") {
            try await observer.query(
                """
                SELECT count(*) AS n FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event = 'PgSleep'
                """
            ).one().get("n", as: Int.self) > 0
        }
    }

    @Test func aCancelledTaskStopsItsStatementAndLeavesTheConnectionUsable() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.owner)
            let observer = try await database.connect(.superuser)
            let task = Task { try await connection.query("SELECT pg_sleep(60) IS NULL AS slept") }
            try await untilSleeping(observer)
            task.cancel()
            let error = try await refusal { try await task.value }
            #expect(error.sqlState == .queryCanceled)
            #expect(await connection.isReusable)
            #expect(try await connection.query("SELECT 7 AS n").one().get("n", as: Int.self) == 7)
        }
    }

    @Test func aTaskCancelledBeforehandRunsNothing() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.superuser)
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await connection.run("CREATE TABLE made ()")
            }
            await #expect(throws: CancellationError.self) { try await task.value }
            let row = try await connection.query("SELECT to_regclass('made') IS NULL AS missing").one()
            #expect(try row.get("missing", as: Bool.self))
        }
    }

    /// The request to cancel goes another way than the statement: it may reach the server when the statement is over.
    @Test func aLateCancellationNeverHitsTheNextStatement() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.owner)
            for round in 0..<150 {
                let task = Task { try await connection.query("SELECT pg_sleep(0.001) IS NULL AS slept") }
                try await Task.sleep(for: .microseconds(600 + round % 10 * 100))
                task.cancel()
                _ = await task.result
                let row = try await connection.query("SELECT 7 AS n, pg_sleep(0.002) IS NULL AS slept").one()
                #expect(try row.get("n", as: Int.self) == 7)
            }
        }
    }

    @Test func aCancellationAtAnyMomentEndsTheStatement() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.owner)
            for round in 0..<50 {
                let task = Task { try await connection.query("SELECT pg_sleep(600) IS NULL AS slept") }
                for _ in 0..<round { await Task.yield() }
                task.cancel()
                await #expect(throws: (any Error).self) { try await task.value }
            }
            #expect(await connection.isReusable)
        }
    }

    @Test func aCancelledCopyLeavesTheConnectionUsable() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.superuser)
            let holder = try await database.connect(.superuser)
            try await connection.run("CREATE TABLE item (n integer)")
            try await holder.run("BEGIN; LOCK TABLE item")
            let task = Task {
                try await connection.copyIn("COPY item FROM STDIN (FORMAT binary)", BinaryCopyBuffer.of([1, 2]).bytes)
            }
            try await eventually("a COPY that waits") {
                try await holder.query(
                    "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
                ).one()
                    .get("n", as: Int.self) > 0
            }
            task.cancel()
            let error = try await refusal { try await task.value }
            #expect(error.sqlState == .queryCanceled)
            try await holder.run("ROLLBACK")
            #expect(try await connection.query("SELECT count(*) AS n FROM item").one().get("n", as: Int.self) == 0)
        }
    }

    @Test func aCancelledTransactionThroughThePoolLeavesNothingBehind() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let observer = try await database.connect(.superuser)
            let pool = database.pool(.superuser, limit: 1)
            try await pool.withConnection { try await $0.run("CREATE TABLE item (n integer)") }
            let task = Task {
                try await pool.withTransaction { connection in
                    try await connection.run("INSERT INTO item VALUES (1)")
                    try await connection.run("SELECT pg_sleep(60)")
                }
            }
            try await untilSleeping(observer)
            task.cancel()
            await #expect(throws: PostgresClientError.self) { try await task.value }
            #expect(try await pool.query("SELECT count(*) AS n FROM item").one().get("n", as: Int.self) == 0)
        }
    }
}
