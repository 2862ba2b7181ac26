internal import Logging
internal import PostgresClient

extension Upkeep {
    /// Makes the btrees that message trace reads on days that are over, one at a time, and makes those anew that were left
    /// unfinished. CONCURRENTLY: neither late events nor readers wait, and it is a statement of its own.
    ///
    /// - Returns: indexes made.
    func makeTraceIndexes() async throws -> Int64 {
        let missing = try await pool.query(SQLFile.query("upkeep/missing_trace_indexes")).map(TraceIndex.init)
        guard !missing.isEmpty else { return 0 }
        var settings = pool.settings
        // It waits for transactions, never with a lock that others wait for.
        settings.parameters["statement_timeout"] = "0"
        settings.parameters["maintenance_work_mem"] = "128MB"
        settings.parameters["max_parallel_maintenance_workers"] = "0"
        let connection = try await Connection.connect(settings)
        var made: Int64 = 0
        for index in missing {
            try Task.checkCancellation()
            if index.exists { try await connection.run("DROP INDEX CONCURRENTLY rt_log.\(index.name)") }
            try await connection.run(
                "CREATE INDEX CONCURRENTLY \(index.name) ON rt_log.\(index.partition) USING btree \(index.definition)"
            )
            made += 1
            logger.info("made an index of a day that is over", metadata: ["index": "\(index.name)"])
        }
        return made
    }
}

/// A row of `upkeep/missing_trace_indexes`. Names come from the catalog, never from input.
private struct TraceIndex {
    let partition: String
    let name: String
    let definition: String
    /// It was begun, and left unfinished.
    let exists: Bool

    init(_ row: Row) throws {
        func quoted(_ column: String) throws -> String {
            "\"" + (try row.get(column, as: String.self)).replacing("\"", with: "\"\"") + "\""
        }
        partition = try quoted("partition")
        name = try quoted("name")
        definition = try row.get("definition")
        exists = try row.get("exists")
    }
}
