import PostgresClient
import ScratchPostgres
import Testing

/// Transactions: all or nothing, and again where that helps.
@Suite struct TransactionTests {
    private struct Stop: Error {}

    private func withCounter(_ body: (ScratchDatabase, ConnectionPool) async throws -> Void) async throws {
        try await withScratchDatabase(migrated: false) { database in
            let pool = database.pool(.superuser)
            try await pool.withConnection {
                try await $0.run(
                    """
                    CREATE TABLE counter (id integer PRIMARY KEY, n integer);
                    INSERT INTO counter VALUES (1, 0), (2, 0);
                    """
                )
            }
            try await body(database, pool)
            await pool.close()
        }
    }

    private func value(_ id: Int32, _ pool: ConnectionPool) async throws -> Int {
        try await pool.query("SELECT n FROM counter WHERE id = $1", [id]).one().get("n")
    }

    @Test func whatReturnsIsCommittedAndWhatThrowsIsNot() async throws {
        try await withCounter { _, pool in
            try await pool.withTransaction { try await $0.run("UPDATE counter SET n = 1") }
            #expect(try await value(1, pool) == 1)
            await #expect(throws: Stop.self) {
                try await pool.withTransaction {
                    try await $0.run("UPDATE counter SET n = 2")
                    throw Stop()
                }
            }
            #expect(try await value(1, pool) == 1)
        }
    }

    @Test func aSwallowedErrorDoesNotPassForACommit() async throws {
        try await withCounter { _, pool in
            await #expect(throws: PostgresClientError.self) {
                try await pool.withTransaction { connection in
                    try await connection.run("UPDATE counter SET n = 1")
                    _ = try await refusal { try await connection.run("SELECT 1 / 0") }
                }
            }
            let after = try await value(1, pool)
            #expect(after == 0)
        }
    }

    @Test func aConstraintCheckedAtCommitIsAnErrorAndTheConnectionGoesOn() async throws {
        try await withCounter { database, pool in
            try await pool.withConnection {
                try await $0.run(
                    """
                    UPDATE counter SET n = id;
                    ALTER TABLE counter ADD CONSTRAINT counter_n_key UNIQUE (n) DEFERRABLE INITIALLY DEFERRED;
                    """
                )
            }
            let connection = try await database.connect(.superuser)
            let error = try await refusal {
                try await connection.transaction { try await $0.run("UPDATE counter SET n = 3") }
            }
            #expect(error.constraint == "counter_n_key")
            #expect(await connection.isReusable)
            #expect(try await value(1, pool) == 1)
        }
    }

    @Test func isolationAndAccessModeAreAsAskedFor() async throws {
        try await withCounter { _, pool in
            let level: String = try await pool.withTransaction(isolation: .serializable, readOnly: true) {
                try await $0.query("SELECT current_setting('transaction_isolation') AS level").one().get("level")
            }
            #expect(level == "serializable")
            let error = try await refusal {
                try await pool.withTransaction(readOnly: true) { try await $0.run("UPDATE counter SET n = 1") }
            }
            #expect(error.sqlState == SQLState("25006"))
        }
    }

    @Test func aSerializationFailureRunsAgain() async throws {
        try await withCounter { database, pool in
            let other = try await database.connect(.superuser)
            let runs = Tally()
            try await pool.withTransaction(isolation: .repeatableRead) { connection in
                let run = runs.add()
                let n: Int32 = try await connection.query("SELECT n FROM counter WHERE id = 1").one().get("n")
                // Only the first time somebody else changes the row after our snapshot.
                if run == 1 { try await other.run("UPDATE counter SET n = 10 WHERE id = 1") }
                try await connection.query("UPDATE counter SET n = $1 WHERE id = 1", [n + 1])
            }
            #expect(runs.count == 2)
            #expect(try await value(1, pool) == 11)
        }
    }

    @Test func aDeadlockRunsAgain() async throws {
        try await withCounter { _, pool in
            let runs = Tally()
            let bothHold = Meeting(of: 2)
            @Sendable func move(_ first: Int32, _ second: Int32) async throws {
                let tries = Tally()
                try await pool.withTransaction { connection in
                    runs.add()
                    try await connection.query("UPDATE counter SET n = n + 1 WHERE id = $1", [first])
                    if tries.add() == 1 { await bothHold.arrive() }
                    try await connection.query("UPDATE counter SET n = n + 1 WHERE id = $1", [second])
                }
            }
            async let one: Void = move(1, 2)
            async let two: Void = move(2, 1)
            _ = try await (one, two)
            #expect(runs.count == 3)
            #expect(try await value(1, pool) == 2)
            #expect(try await value(2, pool) == 2)
        }
    }

    @Test func retriesEnd() async throws {
        try await withCounter { _, pool in
            let runs = Tally()
            let error = try await refusal {
                try await pool.withTransaction(attempts: 3) { connection in
                    runs.add()
                    try await connection.run("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$")
                }
            }
            #expect(error.sqlState == .serializationFailure)
            #expect(runs.count == 3)
        }
    }

    @Test func aTaskCancelledBeforeCommitRollsBackAndLeavesTheConnectionUsable() async throws {
        try await withCounter { database, pool in
            let connection = try await database.connect(.superuser)
            let task = Task {
                try await connection.transaction { connection in
                    try await connection.run("UPDATE counter SET n = 5")
                    withUnsafeCurrentTask { $0?.cancel() }
                }
            }
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(await connection.isReusable)
            #expect(try await value(1, pool) == 0)
        }
    }
}
