import PostgresClient
import ScratchPostgres
import Testing

/// Statements are prepared once, and forgotten in time.
@Suite struct StatementTests {
    private func prepared(_ connection: Connection) async throws -> Int {
        try await connection.query("SELECT count(*) AS n FROM pg_prepared_statements").one().get("n")
    }

    @Test func aStatementIsPreparedOnce() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.owner)
            for number in 0..<10 { try await connection.query("SELECT $1 AS n", [Int32(number)]) }
            #expect(try await prepared(connection) == 2)
        }
    }

    @Test func typesOfParametersTellStatementsApart() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.owner)
            #expect(
                try await connection.query("SELECT pg_typeof($1)::text AS t", [Int32(1)]).one().get("t") == "integer"
            )
            #expect(try await connection.query("SELECT pg_typeof($1)::text AS t", ["1"]).one().get("t") == "text")
        }
    }

    @Test func statementsPastTheLimitAreDeallocated() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.owner)
            for number in 0..<450 {
                let row = try await connection.query("SELECT \(number) AS n, $1 AS m", [Int32(1)]).one()
                #expect(try row.get("n", as: Int.self) == number)
            }
            #expect(try await prepared(connection) <= 200)
        }
    }

    @Test func aStatementThatFailedInATransactionIsPreparedAnewLater() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.superuser)
            for round in 0..<3 {
                _ = try await refusal {
                    try await connection.transaction { connection in
                        _ = try await refusal { try await connection.query("SELECT n FROM item\(round)") }
                        try await connection.query("SELECT 1 AS n")
                    }
                }
                try await connection.run("CREATE TABLE item\(round) (n integer)")
                #expect(try await connection.query("SELECT n FROM item\(round)").isEmpty)
            }
        }
    }

    /// A migration gives a view another column while consoles are connected.
    @Test func aStatementSurvivesAChangeOfItsResult() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let pool = database.pool(.superuser, limit: 1)
            let statement = "SELECT t.* FROM total AS t"
            try await pool.withConnection { try await $0.run("CREATE VIEW total AS SELECT 1 AS n") }
            try await pool.query(statement)
            try await pool.withConnection { try await $0.run("CREATE OR REPLACE VIEW total AS SELECT 1 AS n, 2 AS m") }
            #expect(try await pool.query(statement).one().get("m", as: Int.self) == 2)
            try await pool.withConnection {
                try await $0.run("CREATE OR REPLACE VIEW total AS SELECT 1 AS n, 2 AS m, 3 AS o")
            }
            let last: Int = try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) {
                try await $0.query(statement).one().get("o")
            }
            #expect(last == 3)
        }
    }

    @Test func aStatementSurvivesBeingDeallocated() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.owner)
            try await connection.query("SELECT 7 AS n")
            try await connection.run("DEALLOCATE ALL")
            #expect(try await connection.query("SELECT 7 AS n").one().get("n", as: Int.self) == 7)
        }
    }
}
