internal import PostgresClient
internal import PostgresServer

/// What each cube holds and takes, indexes and all.
package struct CubeSizes {
    private var cubes: [(name: String, rows: Int64, bytes: Int64)] = []
    /// What two years of the days that are there come to: each cube for as long as it is kept, two years at most, and the
    /// events.
    package let twoYears: Int64
    package let events: Int64
    package let eventBytes: Int64

    package init(_ scratch: ScratchDatabase) async throws {
        let connection = try await Connection.connect(scratch.connection(.superuser))
        let found = try await connection.query(
            """
            SELECT c.relation, sum(greatest(p.reltuples, 0))::bigint AS rows, sum(pg_total_relation_size(p.oid))::bigint AS bytes
            FROM ops.cube AS c
            JOIN pg_inherits AS i ON i.inhparent = ('rt_log.' || c.relation)::regclass
            JOIN pg_class AS p ON p.oid = i.inhrelid
            GROUP BY c.relation
            ORDER BY 2 DESC
            """
        )
        twoYears = try await scratch.number(
            """
            SELECT sum(pg_total_relation_size(p.oid) * extract(epoch FROM least(t.kept_for, interval '2 years'))
                / greatest(extract(epoch FROM coalesce(c.grain, '1 day')), 86400))
            FROM ops.partitioned_table AS t
            LEFT JOIN ops.cube AS c ON c.relation = t.relation
            JOIN pg_inherits AS i ON i.inhparent = ('rt_log.' || t.relation)::regclass
            JOIN pg_class AS p ON p.oid = i.inhrelid
            WHERE p.reltuples > 0
            """
        )
        events = try await scratch.number("SELECT count(*) FROM rt_log.event")
        eventBytes = try await scratch.number(
            "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('rt_log.event')"
        )
        for row in found { cubes.append((try row.get("relation"), try row.get("rows"), try row.get("bytes"))) }
    }

    package var rows: Int64 { cubes.map(\.rows).reduce(0, +) }

    package func tell() {
        for cube in cubes where cube.rows > 0 {
            BenchmarkSupport.tell(
                "\(cube.name): \(Figure.grouped(cube.rows)) rows of \(Figure.grouped(cube.bytes / cube.rows)) bytes, "
                    + "\(Figure.grouped(cube.bytes >> 20)) MiB"
            )
        }
    }
}
