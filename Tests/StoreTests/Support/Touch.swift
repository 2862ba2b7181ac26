import PostgresClient

/// A table that a statement read, by the server's own count of scans and rows.
struct Touch: CustomStringConvertible {
    var table: String
    var sequentialScans: Int
    var rows: Int
    var scans: Int

    var description: String { "\(table): \(sequentialScans) sequential, \(rows) rows" }
}

/// What one statement reads.
func touches(
    of statement: String,
    _ parameters: [(any PostgresEncodable)?],
    _ connection: Connection
) async throws -> [Touch] {
    try await connection.transaction { connection in
        // The server counts on over transactions until it has told others.
        let before = try await counts(connection)
        try await connection.query(statement, parameters)
        return try await counts(connection).map { table, count in
            Touch(
                table: table,
                sequentialScans: count.sequential - (before[table]?.sequential ?? 0),
                rows: count.rows - (before[table]?.rows ?? 0),
                scans: count.all - (before[table]?.all ?? 0)
            )
        }.filter { $0.scans > 0 }
    }
}

private func counts(_ connection: Connection) async throws -> [String: (sequential: Int, rows: Int, all: Int)] {
    var counts: [String: (sequential: Int, rows: Int, all: Int)] = [:]
    for row in try await connection.query(
        """
        SELECT relname, seq_scan, seq_tup_read + coalesce(idx_tup_fetch, 0) AS rows,
            seq_scan + coalesce(idx_scan, 0) AS scans
        FROM pg_stat_xact_user_tables
        """
    ) {
        counts[try row.get("relname")] = (try row.get("seq_scan"), try row.get("rows"), try row.get("scans"))
    }
    return counts
}
