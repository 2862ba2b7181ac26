import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// Partitions are there before they are needed, whoever needs them.
@Suite struct PartitionTests {
    @Test func partitionsAreMadeAheadOnce() async throws {
        try await withScratchDatabase { database in
            let upkeep = Upkeep(database)
            let pool = database.pool(.superuser)
            let expected = try await pool.number("SELECT sum(made_ahead + 1) FROM ops.partitioned_table")
            #expect(try await upkeep.run(.partitions) == expected)
            #expect(try await upkeep.run(.partitions) == 0)
            let missing = try await pool.query(
                """
                SELECT t.relation FROM ops.partitioned_table AS t
                WHERE (SELECT count(*) FROM pg_inherits WHERE inhparent = ('rt_log.' || t.relation)::regclass) <> made_ahead + 1
                """
            )
            #expect(try missing.map { try $0.get("relation", as: String.self) } == [])
        }
    }

    @Test func aPartitionCoversItsDayOrMonthInUTC() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.superuser)
            try await pool.run(
                """
                SET TimeZone = 'Asia/Kolkata';
                SET DateStyle = 'SQL, DMY';
                SELECT ops.ensure_partition('event', '2026-01-31 23:59:59.999999+00');
                SELECT ops.ensure_partition('traffic_by_hour', '2024-02-29 23:59:59.999999+00');
                SELECT ops.ensure_partition('event', '2026-02-01 00:00:00+00');
                RESET TimeZone;
                RESET DateStyle;
                """
            )
            let rows = try await pool.query(
                """
                SELECT relname || ' ' || pg_get_expr(relpartbound, oid) AS text FROM pg_class
                WHERE relispartition AND relkind = 'r' ORDER BY 1
                """
            )
            #expect(
                try rows.map { try $0.get("text", as: String.self) } == [
                    "event_20260131 FOR VALUES FROM ('2026-01-31 00:00:00+00') TO ('2026-02-01 00:00:00+00')",
                    "event_20260201 FOR VALUES FROM ('2026-02-01 00:00:00+00') TO ('2026-02-02 00:00:00+00')",
                    "traffic_by_hour_202402 FOR VALUES FROM ('2024-02-01 00:00:00+00') TO ('2024-03-01 00:00:00+00')",
                ]
            )
        }
    }

    @Test func twoSessionsMakingPartitionsInOppositeOrderDoNotDeadlock() async throws {
        try await withScratchDatabase { database in
            @Sendable func make(_ days: [Int]) async throws {
                let connection = try await database.connect(.owner)
                try await connection.transaction { connection in
                    for day in days {
                        try await connection.query(
                            "SELECT ops.ensure_partition('event', now() - make_interval(days => $1))",
                            [Int32(day)]
                        )
                    }
                }
            }
            async let up: Void = make(Array(0..<12))
            async let down: Void = make((0..<12).reversed())
            _ = try await (up, down)
            let pool = database.pool(.superuser)
            #expect(
                try await pool.number("SELECT count(*) FROM pg_inherits WHERE inhparent = 'rt_log.event'::regclass")
                    == 12
            )
        }
    }

    @Test func aReaderHoldsUpNoNewPartition() async throws {
        try await withScratchDatabase { database in
            let reader = try await database.connect(.superuser)
            try await reader.run("BEGIN; SELECT count(*) FROM rt_log.event")
            let source = try await TestSource(database)
            let day = Times.now() - 3 * Times.day
            #expect(try await source.feed([TestEvent(.delivery, at: day)]) == .committed)
            try await reader.run("COMMIT")
        }
    }

    /// A plan that was made before a partition existed reads it all the same.
    @Test func anOpenSessionSeesNewPartitions() async throws {
        try await withScratchDatabase { database in
            let reader = database.pool(.superuser, limit: 1)
            let count = "SELECT count(*) FROM rt_log.event"
            #expect(try await reader.number(count) == 0)
            let source = try await TestSource(database)
            for day in 0..<3 { try await source.feed([TestEvent(.delivery, at: Times.now() - Int64(day) * Times.day)]) }
            #expect(try await reader.number(count) == 3)
        }
    }
}
