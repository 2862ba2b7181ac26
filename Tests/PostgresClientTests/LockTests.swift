import PostgresClient
import ScratchPostgres
import Testing

/// Advisory locks.
@Suite struct LockTests {
    @Test func aSessionsLockIsHeldByOneUntilItIsGivenBackOrTheSessionEnds() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let one = try await database.connect(.owner)
            let other = try await database.connect(.owner)
            #expect(try await one.tryLock(1))
            #expect(try await !other.tryLock(1))
            #expect(try await other.tryLock(2))
            try await one.unlock(1)
            #expect(try await other.tryLock(1))
            do {
                let brief = try await database.connect(.owner)
                #expect(try await brief.tryLock(3))
            }
            try await eventually("the lock of a session that ended") { try await one.tryLock(3) }
        }
    }

    @Test func aTransactionsLockEndsWithIt() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let one = try await database.connect(.owner)
            let other = try await database.connect(.owner)
            try await one.transaction { connection in
                try await connection.lockForTransaction(9)
                #expect(try await !other.tryLock(9))
            }
            #expect(try await other.tryLock(9))
        }
    }
}
