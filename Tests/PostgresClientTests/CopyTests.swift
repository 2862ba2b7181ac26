import PostgresClient
import ScratchPostgres
import Testing

extension BinaryCopyBuffer {
    /// Rows of one integer column.
    static func of(_ values: [Int32]) -> BinaryCopyBuffer {
        var buffer = BinaryCopyBuffer()
        for value in values {
            buffer.beginRow(columns: 1)
            buffer.append(value)
        }
        buffer.finish()
        return buffer
    }
}

/// Binary COPY: every type, and a server that refuses in the middle.
@Suite struct CopyTests {
    @Test func rowsArriveAsTheyWere() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.superuser)
            try await connection.run(
                "CREATE TABLE item (a smallint, b integer, c bigint, d timestamptz, e text, f bytea, g text)"
            )
            var buffer = BinaryCopyBuffer()
            buffer.beginRow(columns: 7)
            buffer.append(Int16.min)
            buffer.append(Int32.max)
            buffer.append(Int64.min)
            buffer.append(timestamp: 1_790_000_000_123_456)
            Array("Zürich".utf8).withUnsafeBytes { buffer.append($0) }
            [UInt8]([0, 255]).withUnsafeBytes { buffer.append($0) }
            buffer.appendNull()
            buffer.finish()
            #expect(buffer.rows == 1)
            #expect(try await connection.copyIn("COPY item FROM STDIN (FORMAT binary)", buffer.bytes) == 1)
            let row = try await connection.query("SELECT * FROM item").one()
            #expect(try row.get("a", as: Int32.self) == Int32(Int16.min))
            #expect(try row.get("b", as: Int32.self) == .max)
            #expect(try row.get("c", as: Int64.self) == .min)
            #expect(try row.get("d", as: Timestamp.self).microseconds == 1_790_000_000_123_456)
            #expect(try row.get("e", as: String.self) == "Zürich")
            #expect(try row.get("f", as: Bytes.self).content == [0, 255])
            #expect(try row.find("g", as: String.self) == nil)
        }
    }

    @Test func aBufferIsEmptyAfterRemoveAll() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.superuser)
            try await connection.run("CREATE TABLE item (n integer)")
            var buffer = BinaryCopyBuffer.of([1, 2, 3])
            buffer.removeAll()
            buffer.beginRow(columns: 1)
            buffer.append(Int32(9))
            buffer.finish()
            #expect(try await connection.copyIn("COPY item FROM STDIN (FORMAT binary)", buffer.bytes) == 1)
            #expect(try await connection.query("SELECT sum(n) AS n FROM item").one().get("n", as: Int.self) == 9)
        }
    }

    @Test func aServerThatRefusesInTheMiddleLeavesTheConnectionUsable() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.superuser)
            try await connection.run("CREATE TABLE item (n integer CONSTRAINT item_n_check CHECK (n <> 50000))")
            let statement = "COPY item FROM STDIN (FORMAT binary)"
            let large = BinaryCopyBuffer.of(Array(1...400_000))
            let refused = try await refusal { try await connection.copyIn(statement, large.bytes) }
            #expect(refused.sqlState == .checkViolation)
            #expect(refused.statement == statement)
            let torn = try await refusal { try await connection.copyIn(statement, Array(large.bytes.prefix(1003))) }
            #expect(torn.sqlState == SQLState("22P04"))
            let garbage = try await refusal { try await connection.copyIn(statement, Array("no copy data".utf8)) }
            #expect(garbage.sqlState == SQLState("22P04"))
            let denied = try await refusal { try await connection.copyIn("COPY nothing FROM STDIN", []) }
            #expect(denied.sqlState == .undefinedTable)
            #expect(await connection.isReusable)
            #expect(try await connection.copyIn(statement, BinaryCopyBuffer.of([1, 2]).bytes) == 2)
            #expect(try await connection.query("SELECT count(*) AS n FROM item").one().get("n", as: Int.self) == 2)
        }
    }

    @Test func aStatementThatIsNoCopyIsAnErrorAndNotALostConnection() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.owner)
            let error = await #expect(throws: PostgresClientError.self) {
                try await connection.copyIn("SELECT 1", BinaryCopyBuffer.of([1]).bytes)
            }
            #expect(error?.isOutage == false)
            #expect(await connection.isReusable)
        }
    }
}
