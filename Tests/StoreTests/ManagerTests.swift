import Logging
import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// The role `manager`: every job at its pace, whatever happens to the others.
@Suite struct ManagerTests {
    @Test func allJobsRunAndEndWithTheService() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            try await source.feed([TestEvent(.delivery, at: Times.now() - Times.hour)])
            let manager = ManagerService(database.pool(.owner), logger: Logger(label: "test"))
            let running = Task { try await manager.run() }
            try await eventually("every job") { manager.jobs.count == UpkeepJob.allCases.count }
            #expect(manager.jobs.values.allSatisfy { $0.lastError == nil })
            #expect(try await database.pool(.superuser).number("SELECT count(*) FROM rt_log.traffic_delta") == 0)
            running.cancel()
            try await running.value
        }
    }

    @Test func aJobThatFailsIsToldAndTriedAgainAndStopsNoOther() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.superuser)
            try await pool.run("ALTER TABLE ops.cube RENAME TO hidden")
            let manager = ManagerService(database.pool(.owner), logger: Logger(label: "test"))
            let running = Task { try await manager.run() }
            try await eventually("every job") { manager.jobs.count == UpkeepJob.allCases.count }
            #expect(manager.jobs[.fold]?.lastError?.contains("ops.cube") == true)
            #expect(manager.jobs[.partitions]?.lastError == nil)
            try await pool.run("ALTER TABLE ops.hidden RENAME TO cube")
            try await eventually("the fold's next try") { manager.jobs[.fold]?.lastError == nil }
            running.cancel()
            try await running.value
        }
    }
}
