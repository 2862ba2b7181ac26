internal import PostgresClient

/// The migration that a worker works on, as it stands at the beginning of a round.
struct MoveJob: Sendable {
    let name: String
    let state: DeferredMigration.State
    let isPaused: Bool
    let rowsPerSecond: Int32?
    let chunkRows: Int32
    let heldBy: String?
    /// Bytes of disk that it needs beside what there is.
    let extraBytes: Int64
    private let run: Int32

    init(_ row: Row) throws {
        name = try row.get("name")
        let word: String = try row.get("state")
        guard let state = DeferredMigration.State(rawValue: word) else {
            throw PostgresClientError.undecodable(column: "state", reason: "unknown state \(word)")
        }
        self.state = state
        isPaused = try row.get("is_paused")
        rowsPerSecond = try row.find("rows_per_second")
        chunkRows = try row.get("chunk_rows")
        heldBy = try row.find("held_by")
        extraBytes = try row.find("extra_bytes") ?? 0
        run = try row.get("run")
    }

    /// Tells one way of one run from every other.
    var runName: String { "\(name)/\(run)/\(state.rawValue)" }
}

/// A step of a migration, as it stands at the beginning of a round.
struct MoveStep: Sendable {
    let number: Int16
    /// Tables, as SQL names them.
    let source: String
    let target: String
    /// Bytes of a row of the source, about.
    let rowBytes: Int64
    /// Rows from one vacuum of the source to the next: half of what may stand twice, since the last chunk goes past it.
    let roundRows: Int64
    /// Rows of a chunk at most: it also passes through a temporary table.
    let largestChunk: Int32

    init(_ row: Row) throws {
        number = Int16(truncatingIfNeeded: try row.get("step", as: Int.self))
        source = try row.get("source")
        target = try row.get("target")
        let bytes: Int64 = try row.get("bytes")
        let rows: Double = try row.get("live_rows")
        rowBytes = max(1, Int64(Double(bytes) / max(rows, 1)))
        let roundBytes: Int64 = try row.get("round_bytes")
        roundRows = max(1, roundBytes / rowBytes / 2)
        largestChunk = Int32(clamping: max(1, roundBytes / rowBytes / 8))
    }
}
