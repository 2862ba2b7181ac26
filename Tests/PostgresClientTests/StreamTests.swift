import PostgresClient
import ScratchPostgres
import Synchronization
import Testing

/// Results handed over row by row.
@Suite struct StreamTests {
    @Test func everyRowComesInOrder() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.owner)
            let seen = Mutex<(count: Int, sum: Int, isOrdered: Bool, last: Int)>((0, 0, true, 0))
            try await connection.stream("SELECT n FROM generate_series(1, $1) AS n", [Int32(20_000)]) { row in
                let n: Int = try row.get("n")
                seen.withLock { $0 = ($0.count + 1, $0.sum + n, $0.isOrdered && n > $0.last, n) }
            }
            let all = seen.withLock { $0 }
            #expect(all.count == 20_000 && all.sum == 200_010_000 && all.isOrdered)
        }
    }

    @Test func anEmptyResultIsNoRow() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.owner)
            try await connection.stream("SELECT 1 AS n WHERE false") { _ in Issue.record("a row of nothing") }
        }
    }

    @Test func aBodyThatThrowsEndsTheStatementAndLeavesTheConnectionUsable() async throws {
        struct Enough: Error {}
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.owner)
            for _ in 0..<20 {
                let seen = Mutex(0)
                await #expect(throws: Enough.self) {
                    try await connection.stream("SELECT generate_series(1, 100000000) AS n") { _ in
                        if seen.withLock({
                            $0 += 1; return $0
                        }) == 3 {
                            throw Enough()
                        }
                    }
                }
                let row = try await connection.query("SELECT 7 AS n, pg_sleep(0.003) IS NULL AS slept").one()
                #expect(try row.get("n", as: Int.self) == 7)
            }
            #expect(await connection.isReusable)
        }
    }

    @Test func anErrorAfterSomeRowsIsThrownAndLeavesTheConnectionUsable() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let connection = try await database.connect(.owner)
            let error = try await refusal {
                try await connection.stream("SELECT 1 / (n - 500) AS q FROM generate_series(1, 1000) AS n") { _ in }
            }
            #expect(error.sqlState == SQLState("22012"))
            #expect(await connection.isReusable)
        }
    }
}
