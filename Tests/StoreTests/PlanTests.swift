import Foundation
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// What statements touch, by the server's own count of scans and rows in their transaction.
@Suite struct PlanTests {
    /// Ten days of events and cubes, dense enough that a wrong plan shows.
    private func fill(_ pool: ConnectionPool) async throws {
        try await pool.run(
            """
            INSERT INTO ops.node (node_id, name) VALUES (1, 'mx1'), (2, 'mx2');
            INSERT INTO rt_log.domain (name) SELECT 'd' || n || '.example' FROM generate_series(1, 30000) AS n;
            INSERT INTO rt_log.binding (name) SELECT 'out' || E'\\t' || 'b' || n FROM generate_series(1, 4) AS n;
            INSERT INTO rt_log.domain_tier (domain_id, tier, valid_from) SELECT n + 1, 'minute', '-infinity' FROM generate_series(1, 200) AS n;
            SELECT ops.ensure_partition(t.relation, now() - n * interval '1 day')
            FROM ops.partitioned_table AS t, generate_series(0, 10) AS n;
            INSERT INTO rt_log.event (occurred_at, message_hash, recipient_hash, sender_hash, file_id, domain_id,
                sender_domain_id, binding_id, host_id, node_id, kind, message_id, recipient_local, sender_local)
            SELECT t, 1, 2, 3, 1, 2 + s % 300, 0, 2 + s % 4, 0, 1 + s % 2, 2, repeat('m', 12), 'anna', 'bounces'
            FROM generate_series(0, 200000) AS s, LATERAL (SELECT now() - interval '10 days' + s * interval '4.32 seconds' AS t) AS x;
            INSERT INTO rt_log.traffic_by_minute (bucket, node_id, binding_id, deliveries)
            SELECT m, 1, b, 5 FROM generate_series(date_trunc('minute', now() - interval '9 days'), now(), '1 minute') AS m,
                generate_series(2, 5) AS b;
            INSERT INTO rt_log.domain_by_minute (bucket, domain_id, deliveries)
            SELECT m, d, 5 FROM generate_series(date_trunc('minute', now() - interval '2 days'), now(), '1 minute') AS m,
                generate_series(2, 21) AS d;
            INSERT INTO rt_log.wide_by_minute (bucket, node_id, binding_id, domain_id, deliveries)
            SELECT m, 1, 2, d, 5 FROM generate_series(date_trunc('minute', now() - interval '2 days'), now(), '1 minute') AS m,
                generate_series(2, 21) AS d;
            INSERT INTO rt_log.traffic_by_hour (bucket, node_id, binding_id, deliveries)
            SELECT h, 1, b, 5 FROM generate_series(date_trunc('hour', now() - interval '9 days'), now(), '1 hour') AS h,
                generate_series(2, 60) AS b;
            INSERT INTO rt_log.domain_by_hour (bucket, domain_id, deliveries)
            SELECT h, d, 5 FROM generate_series(date_trunc('hour', now() - interval '9 days'), now(), '1 hour') AS h,
                generate_series(2, 201) AS d;
            INSERT INTO rt_log.wide_by_hour (bucket, node_id, binding_id, domain_id, deliveries)
            SELECT h, 1, 2, d, 5 FROM generate_series(date_trunc('hour', now() - interval '9 days'), now(), '1 hour') AS h,
                generate_series(2, 201) AS d;
            INSERT INTO rt_log.pair_by_hour (bucket, binding_id, domain_id, deliveries)
            SELECT bucket, binding_id, domain_id, deliveries FROM rt_log.wide_by_hour;
            INSERT INTO rt_log.pair_by_6_hours (bucket, binding_id, domain_id, deliveries)
            SELECT rt_log.bucket_of('6 hours', bucket), binding_id, domain_id, sum(deliveries) FROM rt_log.wide_by_hour GROUP BY 1, 2, 3;
            INSERT INTO rt_log.total_by_minute (bucket, deliveries)
            SELECT bucket, sum(deliveries) FROM rt_log.traffic_by_minute GROUP BY 1;
            INSERT INTO rt_log.queue_sample (taken_at, node_id, active, delayed)
            SELECT now() - s * interval '10 seconds', n, 1, 2 FROM generate_series(0, 20000) AS s, generate_series(1, 2) AS n;
            """
        )
        // Summarises the BRIN indexes too, as autovacuum does.
        try await pool.run("VACUUM ANALYZE")
    }

    @Test func dashboardsReadCubesByIndexAndEventsOnlyAtTheEdges() async throws {
        try await withScratchDatabase { database in
            try await fill(database.pool(.superuser))
            let connection = try await database.connect(.superuser)
            // Soon after midnight a day's partition is read fastest from end to end.
            let small = try await connection.query(
                "SELECT relname::text AS name FROM pg_class WHERE relkind = 'r' AND reltuples < 5000"
            ).map { try $0.get("name", as: String.self) }
            for hours in [1, 24, 7 * 24] as [Int32] {
                for (byDomain, byBinding) in [(false, false), (true, false), (false, true), (true, true)] {
                    let touched = try await touches(
                        of: """
                            SELECT * FROM report_v1.breakdown(now() - make_interval(hours => $1), now(),
                                by_domain => $2, by_binding => $3, row_limit => 100)
                            """,
                        [hours, byDomain, byBinding],
                        connection
                    )
                    let what = "\(hours) h, by domain \(byDomain), by binding \(byBinding): \(touched)"
                    let events = touched.filter { $0.table.hasPrefix("event_") }
                    #expect(events.count <= 2, "\(what)")
                    // Two parts of minutes, and what BRIN reads around them, of 20 000 events a day.
                    #expect(events.map(\.rows).reduce(0, +) < 10_000, "\(what)")
                    let cubes = touched.filter { $0.table.contains("_by_") }
                    #expect(!cubes.isEmpty, "\(what)")
                    // Of the months of hours a week is much: reading them from end to end may be right.
                    for cube in cubes where cube.table.contains("_by_minute") {
                        #expect(cube.sequentialScans == 0 || small.contains(cube.table), "\(what)")
                    }
                    #expect(touched.filter { $0.table == "domain" }.allSatisfy { $0.rows < 1000 }, "\(what)")
                }
            }
        }
    }

    @Test func filtersAndQueuesAndChoicesReadNoMoreThanTheyNeed() async throws {
        try await withScratchDatabase { database in
            try await fill(database.pool(.superuser))
            let connection = try await database.connect(.superuser)
            let hour: [(any PostgresEncodable)?] = [Date.now - 3600, Date.now]
            let bounds: [(String, [(any PostgresEncodable)?], table: String, rows: Int)] = [
                (try SQLFile.query("reports/choices"), [], "domain", 1000),
                (try SQLFile.query("reports/queue_series"), hour + [nil, 60.0], "queue_sample_", 5000),
                (try SQLFile.query("reports/queue_series"), hour + ["mx1", 60.0], "queue_sample_", 3000),
                (try SQLFile.query("reports/queue_now"), [String?.none], "queue_sample_", 10),
                (
                    try SQLFile.query("reports/traffic"),
                    // Soon after midnight a day's partition is read from end to end; a whole day has 28 800 rows.
                    hour + ["mx1", nil, nil, "d7.example", false, false, false, 60.0], "wide_by_minute_", 5000
                ),
            ]
            for bound in bounds {
                let touched = try await touches(of: bound.0, bound.1, connection)
                let rows = touched.filter { $0.table.hasPrefix(bound.table) }.map(\.rows).reduce(0, +)
                #expect(rows <= bound.rows, "\(bound.0): \(touched)")
            }
        }
    }

    /// However many partitions there are, a batch locks those that it writes.
    @Test func aBatchLocksOnlyThePartitionsThatItWrites() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.superuser)
            try await pool.query(
                "SELECT ops.ensure_partition('event', now() - n * interval '1 day') FROM generate_series(0, 13) AS n"
            )
            let connection = try await database.connect(.collector)
            let source: Int32 = try await connection.query(
                "SELECT source_id FROM ingest_v1.open_source('mx1', 'x', 'postfix', false)"
            ).one().get("source_id")
            let file: Int64 = try await connection.query(
                "SELECT ingest_v1.register_file($1, 1, 'x', 0, '', 0, '') AS f",
                [source]
            ).one().get("f")
            for round in 0..<8 as Range<Int64> {
                try await connection.run(
                    """
                    BEGIN;
                    INSERT INTO pg_temp.event_batch (occurred_at, message_hash, recipient_hash, sender_hash,
                        file_id, domain_id, sender_domain_id, binding_id, host_id, kind, message_id, recipient_local,
                        sender_local)
                    SELECT now(), 0, 0, 0, \(file), 0, 0, 0, 0, 2, '', '', '' FROM generate_series(1, 500)
                    """
                )
                try await connection.query(
                    "SELECT ingest_v1.commit_batch($1, 1, $2, $3, $3 + 10, '', '', 0, '', 0, '', NULL, 1, '{}', '{}', '{}') AS o",
                    [source, file, round * 10]
                )
                let locked = try await pool.number(
                    """
                    SELECT count(*) FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation
                    WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                        AND l.pid <> pg_backend_pid() AND c.relkind = 'r' AND c.relispartition
                    """
                )
                #expect(locked == 1)
                try await connection.run("COMMIT")
            }
        }
    }
}
