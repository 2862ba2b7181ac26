import Foundation
import PostgresClient
import ScratchPostgres
import Testing

/// Values go to the server and come back as they were.
@Suite struct ValueTests {
    @Test func scalarsRoundTrip() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.owner)
            func check<T: PostgresEncodable & PostgresDecodable & Equatable>(_ values: T...) async throws {
                for value in values {
                    let row = try await connection.query("SELECT $1 AS value", [value]).one()
                    let back: T = try row.get("value")
                    #expect(back == value)
                }
            }
            try await check(true, false)
            try await check(Int32.min, -1, 0, 1, .max)
            try await check(Int64.min, -1, 0, 1, .max)
            try await check(0.0, -0.0, 1.5, -.infinity, .infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude)
            try await check("", "a", "Zürich 🙂 \u{7F}", String(repeating: "x", count: 1 << 20))
            try await check(Bytes([]), Bytes([0]), Bytes((0...255).map { UInt8($0) }))
            try await check(UUID(), UUID(uuidString: "00000000-0000-0000-0000-000000000000") ?? UUID())
            let row = try await connection.query("SELECT $1 AS value", [Int16.min]).one()
            #expect(try row.get("value", as: Int32.self) == Int32(Int16.min))
        }
    }

    @Test func doublesKeepNaN() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let row = try await database.connect(.owner).query("SELECT $1 AS value", [Double.nan]).one()
            #expect(try row.get("value", as: Double.self).isNaN)
        }
    }

    @Test(arguments: [
        Timestamp(microseconds: .min), Timestamp(microseconds: .max), Timestamp(microseconds: 0),
        Timestamp(microseconds: -1), Timestamp(microseconds: 1_700_000_000_123_456),
        Timestamp(microseconds: 631_152_000_000_000),
    ])
    func timestampsRoundTrip(timestamp: Timestamp) async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.owner)
            let row = try await connection.query("SELECT $1 AS value", [timestamp]).one()
            #expect(try row.get("value", as: Timestamp.self) == timestamp)
        }
    }

    @Test func infiniteTimesAreInfiniteOnTheServer() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.owner)
            let row = try await connection.query(
                """
                SELECT $1::timestamptz = 'infinity' AS later, $2::timestamptz = '-infinity' AS earlier,
                    $3::timestamptz = 'infinity' AS future, $4::timestamptz = '-infinity' AS past
                """,
                [
                    Timestamp(microseconds: .max), Timestamp(microseconds: .min),
                    Date(timeIntervalSince1970: .infinity), Date(timeIntervalSince1970: -1e18),
                ]
            ).one()
            for column in ["later", "earlier", "future", "past"] { #expect(try row.get(column, as: Bool.self)) }
        }
    }

    @Test func aDateReadFromInfinityCanBeSentAgain() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.owner)
            for text in ["infinity", "-infinity"] {
                let row = try await connection.query("SELECT $1::text::timestamptz AS value", [text]).one()
                let date: Date = try row.get("value")
                let again = try await connection.query("SELECT $1::text AS value", [Timestamp(date)]).one()
                #expect(try again.get("value", as: String.self) == text)
            }
        }
    }

    @Test func datesKeepMicroseconds() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.owner)
            let date = Date(timeIntervalSince1970: 1_790_000_000.123456)
            let row = try await connection.query("SELECT $1::text AS text, $1 AS value", [date]).one()
            #expect(try row.get("text", as: String.self) == "2026-09-21 14:13:20.123456+00")
            #expect(abs(try row.get("value", as: Date.self).timeIntervalSince(date)) < 1e-6)
        }
    }

    @Test func arraysRoundTrip() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.owner)
            func check<T: PostgresArrayElement & PostgresDecodable & Equatable>(_ values: [T]) async throws {
                let row = try await connection.query("SELECT $1 AS value", [values]).one()
                #expect(try row.get("value", as: [T].self) == values)
            }
            try await check([Int32]())
            try await check([Int32.min, 0, .max])
            try await check([Int64.min, 0, .max])
            try await check(["", "a,b", "{}", "\"", "NULL", "ü"])
            try await check([Bytes([]), Bytes([0, 255])])
            try await check([Timestamp(microseconds: .max), Timestamp(microseconds: 1)])
            try await check(Array(repeating: "word", count: 50_000))
        }
    }

    @Test func nullIsNilAndNeverAValue() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.owner)
            let row = try await connection.query("SELECT $1::text AS value, '' AS empty", [String?.none]).one()
            #expect(try row.find("value", as: String.self) == nil)
            #expect(try row.find("empty", as: String.self) == "")
            #expect(throws: PostgresClientError.self) { try row.get("value", as: String.self) }
        }
    }

    @Test func aValueOfAnotherTypeIsAnErrorThatNamesTheColumn() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let row = try await database.connect(.owner).query(
                """
                SELECT 'a' AS word, 1 AS number, 5000000000 AS big, now() AS time, ARRAY[1, NULL] AS holes,
                    ARRAY[[1], [2]] AS square, '\\x0000000100000000000000170000000000000001'::bytea AS disguised
                """
            ).one()
            func refused(_ column: String, _ body: () throws -> Void) {
                let error = #expect(throws: PostgresClientError.self) { try body() }
                #expect("\(error.map { "\($0)" } ?? "")".contains(column))
            }
            refused("word") { _ = try row.get("word", as: Int64.self) }
            refused("number") { _ = try row.get("number", as: String.self) }
            refused("number") { _ = try row.get("number", as: Bool.self) }
            refused("big") { _ = try row.get("big", as: Int32.self) }
            refused("time") { _ = try row.get("time", as: Int64.self) }
            refused("holes") { _ = try row.get("holes", as: [Int32].self) }
            refused("square") { _ = try row.get("square", as: [Int32].self) }
            refused("disguised") { _ = try row.get("disguised", as: [Int32].self) }
            refused("missing") { _ = try row.get("missing", as: Int32.self) }
        }
    }

    @Test func rowsAffectedAreCounted() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.superuser)
            try await connection.run("CREATE TABLE item (n integer)")
            #expect(try await connection.query("INSERT INTO item SELECT generate_series(1, 7)").affected == 7)
            #expect(try await connection.query("UPDATE item SET n = 0 WHERE n > 5").affected == 2)
            #expect(try await connection.query("CREATE TABLE other (n integer)").affected == 0)
            let none = try await connection.query("SELECT n FROM item WHERE false")
            #expect(throws: PostgresClientError.self) { try none.one() }
        }
    }
}
