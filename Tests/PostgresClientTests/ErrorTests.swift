import PostgresClient
import ScratchPostgres
import Testing

/// What the server refuses is told in full.
@Suite struct ErrorTests {
    @Test func anErrorCarriesWhatTheServerSaidAndTheStatement() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.superuser)
            try await connection.run("CREATE TABLE account (name text CONSTRAINT account_name_key UNIQUE)")
            let statement = "INSERT INTO account (name) VALUES ($1)"
            try await connection.query(statement, ["anna"])
            let error = try await refusal { try await connection.query(statement, ["anna"]) }
            #expect(error.severity == "ERROR")
            #expect(error.sqlState == .uniqueViolation)
            #expect(error.sqlState.family == .integrityConstraintViolation)
            #expect(error.detail == "Key (name)=(anna) already exists.")
            #expect(error.constraint == "account_name_key")
            #expect(error.statement == statement)
        }
    }

    @Test func anErrorOfAFunctionCarriesHintAndContext() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.superuser)
            let error = try await refusal {
                try await connection.run(
                    """
                    DO $$
                    BEGIN
                        RAISE EXCEPTION 'no' USING HINT = 'ask again', DETAIL = 'because', ERRCODE = 'MM001';
                    END
                    $$
                    """
                )
            }
            #expect(error.sqlState == SQLState("MM001"))
            #expect(error.hint == "ask again")
            #expect(error.detail == "because")
            #expect(error.context?.contains("PL/pgSQL") == true)
            #expect(error.description.contains("ask again"))
        }
    }

    @Test func aConnectionIsUsableAfterAnError() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.owner)
            _ = try await refusal { try await connection.query("SELECT no_such_column") }
            _ = try await refusal { try await connection.query("SELECT $1::text", ["a\0b"]) }
            _ = try await refusal { try await connection.run("SELECT 1; SELECT 1 / 0; SELECT 2") }
            #expect(await connection.isReusable)
            #expect(try await connection.query("SELECT 7 AS n").one().get("n", as: Int.self) == 7)
        }
    }

    @Test func aStatementThatIsNotForThisCallIsAnErrorAndNotAHang() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.superuser)
            try await connection.run("CREATE TABLE item (n integer)")
            for statement in ["COPY item FROM STDIN", "COPY item TO STDOUT"] {
                await #expect(throws: PostgresClientError.self) { try await connection.run(statement) }
                await #expect(throws: PostgresClientError.self) { try await connection.query(statement) }
                await #expect(throws: PostgresClientError.self) { try await connection.stream(statement) { _ in } }
            }
            #expect(try await connection.query("SELECT 7 AS n").one().get("n", as: Int.self) == 7)
        }
    }

    @Test func noServerIsAnErrorThatSaysWhereAndWhy() async throws {
        let settings = ConnectionSettings(
            host: "/nonexistent/folder",
            port: 5433,
            database: "mailmill",
            user: "mailmill_owner",
            password: "hidden-word"
        )
        let error = await #expect(throws: PostgresClientError.self) { _ = try await Connection.connect(settings) }
        let text = error.map { "\($0)" } ?? ""
        #expect(error?.isOutage == true)
        #expect(text.contains("/nonexistent/folder/.s.PGSQL.5433") && text.contains("No such file"))
        #expect(!text.contains("hidden-word"))
    }

    @Test func aRefusedConnectionSaysWhy() async throws {
        try await withScratchDatabase(migrated: false) { database in
            var settings = database.settings(.owner)
            settings.database = "nothing_here"
            let error = await #expect(throws: PostgresClientError.self) { _ = try await Connection.connect(settings) }
            #expect(error.map { "\($0)" }?.contains("does not exist") == true)
        }
    }
}
