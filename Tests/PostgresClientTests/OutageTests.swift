import PostgresClient
import ScratchPostgres
import Testing

/// Connections that break, and a pool that heals.
@Suite struct OutageTests {
    private func terminate(_ database: ScratchDatabase, where condition: String = "true") async throws {
        try await database.connect(.superuser).query(
            """
            SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND \(condition)
            """
        )
    }

    @Test func aConnectionLostInAQuerySaysSo() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let pool = database.pool(.owner, limit: 1)
            let task = Task { try await pool.query("SELECT pg_sleep(60) IS NULL AS slept") }
            let observer = try await database.connect(.superuser)
            try await eventually("a sleeping statement") {
                try await observer.query(
                    """
                    SELECT count(*) AS n FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event = 'PgSleep'
                    """
                ).one().get("n", as: Int.self) > 0
            }
            try await terminate(database, where: "wait_event = 'PgSleep'")
            let error = await #expect(throws: PostgresClientError.self) { try await task.value }
            guard case .connectionLost(let target, let activity, let reason) = error else {
                Issue.record("not a lost connection: \(String(describing: error))")
                return
            }
            #expect(target.contains(database.name) && activity.contains("pg_sleep"))
            #expect(reason.contains("administrator command"))
            #expect(error?.isOutage == true)
            #expect(try await pool.query("SELECT 7 AS n").one().get("n", as: Int.self) == 7)
        }
    }

    @Test func aConnectionLostInAStreamOrCopySaysSo() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let streaming = try await database.connect(.superuser)
            let error = await #expect(throws: PostgresClientError.self) {
                try await streaming.stream("SELECT pg_terminate_backend(pg_backend_pid()) AS done") { _ in }
            }
            #expect(error?.isOutage == true)
            #expect(await streaming.isBroken)
            let copying = try await database.connect(.superuser)
            try await copying.run(
                """
                CREATE TABLE item (n integer);
                CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql
                AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
                CREATE TRIGGER leave BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION leave();
                """
            )
            let lost = await #expect(throws: PostgresClientError.self) {
                try await copying.copyIn("COPY item FROM STDIN (FORMAT binary)", BinaryCopyBuffer.of([1]).bytes)
            }
            guard case .connectionLost = lost else {
                Issue.record("not a lost connection: \(String(describing: lost))")
                return
            }
        }
    }

    @Test func idleConnectionsThatTheServerClosedAreNeverLent() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let pool = database.pool(.owner, limit: 3)
            let meeting = Meeting(of: 3)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        try await pool.withConnection { connection in
                            try await connection.query("SELECT 1 AS n")
                            await meeting.arrive()
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await terminate(database)
            for _ in 0..<5 { #expect(try await pool.query("SELECT 7 AS n").one().get("n", as: Int.self) == 7) }
        }
    }

    @Test func aPoolHealsAfterTheServerWasAway() async throws {
        let cluster = try await ScratchCluster.start()
        let database = try await cluster.makeDatabase(migrated: false)
        let pool = database.pool(.owner, limit: 2)
        try await pool.query("SELECT 1 AS n")
        for way in ["stop", "crash"] {
            try await way == "stop" ? cluster.stop() : cluster.crash()
            for _ in 0..<3 {
                let error = await #expect(throws: PostgresClientError.self) { try await pool.query("SELECT 1 AS n") }
                #expect(error?.isOutage == true)
            }
            try await cluster.restart()
            #expect(try await pool.query("SELECT 7 AS n").one().get("n", as: Int.self) == 7)
        }
    }

    @Test func aCommitThatIsCutOffIsALostConnection() async throws {
        try await withScratchDatabase(migrated: false) { database in
            let pool = database.pool(.superuser, limit: 1)
            try await pool.withConnection {
                try await $0.run(
                    """
                    CREATE TABLE item (n integer);
                    CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql
                    AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
                    CREATE CONSTRAINT TRIGGER leave AFTER INSERT ON item DEFERRABLE INITIALLY DEFERRED
                        FOR EACH ROW EXECUTE FUNCTION leave();
                    """
                )
            }
            let error = await #expect(throws: PostgresClientError.self) {
                try await pool.withTransaction { try await $0.run("INSERT INTO item VALUES (1)") }
            }
            guard case .connectionLost(_, "COMMIT", _) = error else {
                Issue.record("not a lost connection: \(String(describing: error))")
                return
            }
            #expect(try await pool.query("SELECT count(*) AS n FROM item").one().get("n", as: Int.self) == 0)
        }
    }
}
