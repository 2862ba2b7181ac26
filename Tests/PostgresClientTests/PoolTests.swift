import Logging
import PostgresClient
import ScratchPostgres
import Testing

/// A bounded number of connections, lent in turn.
@Suite struct PoolTests {
    private func sessions(_ database: ScratchDatabase) async throws -> Int {
        try await database.connect(.superuser).query(
            """
            SELECT count(*) AS n FROM pg_stat_activity
            WHERE datname = current_database() AND usename = 'mailmill_owner'
            """
        ).one().get("n")
    }

    @Test func neverMoreConnectionsThanTheLimit() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let pool = database.pool(.owner, limit: 3)
            let lent = Shared((now: 0, most: 0))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<60 {
                    group.addTask {
                        try await pool.withConnection { connection in
                            lent.change { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                            try await connection.query("SELECT pg_sleep(0.002)::text")
                            lent.change { $0.now -= 1 }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(lent.value.most == 3)
            #expect(try await sessions(database) == 3)
        }
    }

    @Test func waitersAreServedInTheOrderTheyCame() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let pool = database.pool(.owner, limit: 1)
            let order = Shared<[Int]>([])
            let gate = Meeting(of: 2)
            let holder = Task { try await pool.withConnection { _ in await gate.arrive() } }
            try await eventually("a lent connection") { await pool.openConnections == 1 }
            var tasks: [Task<Void, any Error>] = []
            for number in 0..<8 {
                tasks.append(
                    Task {
                        try await pool.withConnection { connection in
                            order.change { $0.append(number) }
                            try await connection.query("SELECT 1 AS n")
                        }
                    }
                )
                try await eventually("one more waiter") { await pool.waiters == number + 1 }
            }
            await gate.arrive()
            try await holder.value
            for task in tasks { try await task.value }
            #expect(order.value == Array(0..<8))
        }
    }

    @Test func whoComesBackAtOnceDoesNotOvertakeTheWaiters() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let pool = database.pool(.owner, limit: 1)
            let turns = Tally()
            let greedy = Task {
                while !Task.isCancelled {
                    try await pool.withConnection { connection in
                        turns.add()
                        // Somebody waits from the second turn on.
                        if turns.count > 1 { try await eventually("a waiter") { await pool.waiters > 0 } }
                    }
                }
            }
            try await eventually("a lent connection") { turns.count > 0 }
            for _ in 0..<20 {
                let before = turns.count
                try await pool.query("SELECT 1 AS n")
                #expect(turns.count - before <= 2)
            }
            greedy.cancel()
            _ = await greedy.result
        }
    }

    @Test func nobodyWaitsLongerThanTheTimeout() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let pool = database.pool(.owner, limit: 1, leaseTimeout: .milliseconds(200))
            let gate = Meeting(of: 2)
            let holder = Task { try await pool.withConnection { _ in await gate.arrive() } }
            try await eventually("a lent connection") { await pool.openConnections == 1 }
            let error = await #expect(throws: PostgresClientError.self) { try await pool.query("SELECT 1 AS n") }
            guard case .poolBusy(_, 1, .milliseconds(200)) = error else {
                Issue.record("not busy: \(String(describing: error))")
                return
            }
            await gate.arrive()
            try await holder.value
            try await pool.query("SELECT 1 AS n")
        }
    }

    @Test func aCancelledWaiterLeavesTheQueueAtOnce() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let pool = database.pool(.owner, limit: 1)
            let gate = Meeting(of: 2)
            let holder = Task { try await pool.withConnection { _ in await gate.arrive() } }
            try await eventually("a lent connection") { await pool.openConnections == 1 }
            let waiter = Task { try await pool.query("SELECT 1 AS n") }
            let patient = Task { try await pool.query("SELECT 7 AS n").one().get("n", as: Int.self) }
            try await eventually("two waiters") { await pool.waiters == 2 }
            waiter.cancel()
            await #expect(throws: CancellationError.self) { try await waiter.value }
            await gate.arrive()
            try await holder.value
            #expect(try await patient.value == 7)
        }
    }

    @Test func manyCancelledTasksLoseNoConnection() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let pool = database.pool(.owner, limit: 2)
            var tasks: [Task<Void, any Error>] = []
            for number in 0..<200 {
                tasks.append(Task { try await pool.query("SELECT pg_sleep(0.002)::text") })
                if number % 3 == 0 { tasks.randomElement()?.cancel() }
            }
            for task in tasks { _ = await task.result }
            #expect(await pool.waiters == 0)
            #expect(try await sessions(database) <= 2)
            async let one = pool.query("SELECT pg_sleep(0.05)::text")
            async let two = pool.query("SELECT pg_sleep(0.05)::text")
            _ = try await (one, two)
        }
    }

    @Test func aConnectionLeftInATransactionIsNotLentAgain() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let pool = database.pool(.owner, limit: 1)
            let first: Int = try await pool.withConnection {
                try await $0.run("BEGIN")
                return try await $0.query("SELECT pg_backend_pid() AS pid").one().get("pid")
            }
            let second: Int = try await pool.query("SELECT pg_backend_pid() AS pid").one().get("pid")
            #expect(first != second)
        }
    }

    @Test func aClosedPoolRefusesAndWakesItsWaiters() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let pool = database.pool(.owner, limit: 1)
            let gate = Meeting(of: 2)
            let holder = Task { try await pool.withConnection { _ in await gate.arrive() } }
            try await eventually("a lent connection") { await pool.openConnections == 1 }
            let waiter = Task { try await pool.query("SELECT 1 AS n") }
            try await eventually("a waiter") { await pool.waiters == 1 }
            await pool.close()
            for task in [waiter, Task { try await pool.query("SELECT 1 AS n") }] {
                let error = await #expect(throws: PostgresClientError.self) { try await task.value }
                guard case .poolClosed = error else {
                    Issue.record("not closed: \(String(describing: error))")
                    return
                }
            }
            await gate.arrive()
            try await holder.value
            try await eventually("no session") { try await sessions(database) == 0 }
        }
    }

    @Test func everyWaiterLearnsThatTheServerIsAway() async throws {
        let settings = ConnectionSettings(host: "/nonexistent", database: "mailmill", user: "nobody")
        let pool = ConnectionPool(settings, limit: 1, leaseTimeout: .seconds(30), logger: Logger(label: "test"))
        let tasks = (0..<10).map { _ in Task { try await pool.query("SELECT 1 AS n") } }
        for task in tasks {
            let error = await #expect(throws: PostgresClientError.self) { try await task.value }
            guard case .cannotConnect = error else {
                Issue.record("not away: \(String(describing: error))")
                return
            }
        }
        #expect(await pool.openConnections == 0)
    }
}
