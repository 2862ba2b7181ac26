import PostgresClient
import ScratchPostgres
import Store
import Testing

/// The schema moves forward, wholly or not at all, whoever moves it.
@Suite struct MigrationTests {
    private func exists(_ pool: ConnectionPool, schema: String) async throws -> Bool {
        try await pool.number("SELECT count(*) FROM pg_namespace WHERE nspname = '\(schema)'") == 1
    }

    @Test func noTwoMigrationsHaveOneNumber() throws {
        let versions = try Migration.all().map(\.version)
        #expect(versions == Set(versions).sorted() && versions.first == 1)
    }

    @Test func aNewDatabaseGetsThemAllAndASecondRunNothing() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let migrations = Migrations(database.pool(.owner))
            #expect(try await migrations.status().allSatisfy { $0.appliedAt == nil })
            let older = await #expect(throws: StoreError.self) { try await migrations.check() }
            guard case .databaseIsOlder(applied: 0, needed: _) = older else {
                Issue.record("not older: \(String(describing: older))")
                return
            }
            let seen = Shared<[Int]>([])
            let applied = try await migrations.run { migration in seen.change { $0.append(migration.version) } }
            #expect(try applied.map(\.version) == Migration.all().map(\.version))
            #expect(seen.value == applied.map(\.version))
            #expect(try await migrations.run().isEmpty)
            try await migrations.check()
            #expect(try await migrations.status().allSatisfy { $0.appliedAt != nil })
        }
    }

    @Test func severalAtOnceApplyEachOnce() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let applied = try await withThrowingTaskGroup(of: [Int].self) { group in
                for _ in 0..<4 {
                    group.addTask { try await Migrations(database.pool(.owner)).run().map(\.version) }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(try applied.sorted() == Migration.all().map(\.version))
        }
    }

    @Test func aChangedMigrationIsRefused() async throws {
        try await withScratchDatabase { database in
            try await database.pool(.superuser).run("UPDATE ops.migration SET checksum = '\\x00' WHERE version = 3")
            let migrations = Migrations(database.pool(.owner))
            for body in [
                { _ = try await migrations.run() }, { try await migrations.check() },
                { _ = try await migrations.status() },
            ] as [@Sendable () async throws -> Void] {
                let error = await #expect(throws: StoreError.self) { try await body() }
                guard case .migrationChanged(version: 3, name: "create_terms") = error else {
                    Issue.record("not changed: \(String(describing: error))")
                    return
                }
            }
        }
    }

    @Test func aDatabaseOfALaterReleaseIsLeftAlone() async throws {
        try await withScratchDatabase { database in
            try await database.pool(.superuser).run(
                "INSERT INTO ops.migration (version, name, checksum, took_ms) VALUES (999, 'later', '\\x00', 1)"
            )
            let migrations = Migrations(database.pool(.owner))
            let error = await #expect(throws: StoreError.self) { try await migrations.run() }
            guard case .databaseIsNewer(version: 999, known: _) = error else {
                Issue.record("not newer: \(String(describing: error))")
                return
            }
        }
    }

    @Test func whatWaitsTooLongForALockChangesNothing() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let holder = try await database.connect(.superuser)
            try await holder.run("BEGIN; CREATE SCHEMA rt_log")
            let migrations = Migrations(database.pool(.owner))
            let error = await #expect(throws: StoreError.self) {
                try await migrations.run(lockTimeout: .milliseconds(200))
            }
            guard case .migrationBlocked(version: 1, name: "create_schemas") = error else {
                Issue.record("not blocked: \(String(describing: error))")
                return
            }
            let pool = database.pool(.superuser)
            #expect(try await !exists(pool, schema: "ops"))
            #expect(try await !exists(pool, schema: "ingest_v1"))
            try await holder.run("ROLLBACK")
            #expect(try await !migrations.run().isEmpty)
        }
    }

    @Test func whatFailsHalfwayChangesNothing() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let pool = database.pool(.superuser)
            try await pool.run("CREATE SCHEMA report_v1")
            let migrations = Migrations(database.pool(.owner))
            let error = try await refusal { try await migrations.run() }
            #expect(error.sqlState == SQLState("42P06"))
            #expect(try await !exists(pool, schema: "rt_log"))
            #expect(try await !exists(pool, schema: "ops"))
            try await pool.run("DROP SCHEMA report_v1")
            #expect(try await !migrations.run().isEmpty)
        }
    }

    @Test func whoeverIsNotTheOwnerIsToldSo() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let error = try await refusal { try await Migrations(database.pool(.report)).run() }
            #expect(["42501", "25006"].contains(error.sqlState.code))
        }
    }

    @Test func everyTableAndColumnThatNeedsWordsHasThem() async throws {
        try await withScratchDatabase { database in
            let bare = try await database.pool(.superuser).query(
                """
                SELECT c.oid::regclass::text AS name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                WHERE n.nspname IN ('ops', 'rt_log', 'webconsole', 'report_v1') AND c.relkind IN ('r', 'p', 'v')
                    AND NOT c.relispartition AND obj_description(c.oid, 'pg_class') IS NULL
                UNION ALL
                SELECT p.oid::regprocedure::text FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
                WHERE n.nspname IN ('ingest_v1', 'report_v1') AND obj_description(p.oid, 'pg_proc') IS NULL
                """
            )
            #expect(try bare.map { try $0.get("name", as: String.self) } == [])
        }
    }
}
