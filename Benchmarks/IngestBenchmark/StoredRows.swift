internal import BenchmarkSupport
internal import Foundation
internal import PostgresClient
internal import PostgresServer
internal import SystemPackage

/// The rows that a catch-up has stored, taken out again in binary COPY form, in the same batches: to write them without
/// any of what Mailmill does around it.
struct StoredRows {
    private static let batchColumns = """
        occurred_at, message_hash, recipient_hash, sender_hash, file_id, domain_id, sender_domain_id, binding_id, host_id, \
        size, delay_ms, status, attempt, kind, reply_code, stage, bounce_class, message_id, recipient_local, sender_local, \
        remote_address, reply
        """
    private let folder: FilePath
    private let batches: [Int]
    /// The file that `commit` counts them as.
    private let fileID: Int64

    /// - Parameter folder: of the server's account, to be written by it.
    init(_ scratch: ScratchDatabase, batches: [Int], folder: FilePath) async throws {
        self.folder = folder
        self.batches = batches
        let collector = try await Connection.connect(scratch.connection(.collector))
        let (source, epoch) = try await Self.open(collector)
        let file: Int64 = try await collector.query(
            "SELECT ingest_v1.register_file($1, $2, 'replay', 0, '', 0, '') AS file_id",
            [source, epoch]
        ).one().get("file_id")
        fileID = file
        let replayed = Self.batchColumns.replacing("file_id", with: "\(file)::bigint")
        let connection = try await Connection.connect(scratch.connection(.superuser))
        try await connection.run(
            """
            CREATE TEMPORARY TABLE numbered AS
                SELECT row_number() OVER (ORDER BY occurred_at) AS number, e.* FROM rt_log.event AS e;
            ALTER TABLE numbered ADD PRIMARY KEY (number);
            """
        )
        var first = 1
        for (index, count) in batches.enumerated() {
            for (kind, columns) in [(Kind.event, Self.eventColumns), (.batch, replayed)] {
                try await connection.run(
                    """
                    COPY (SELECT \(columns) FROM numbered
                        WHERE number >= \(first) AND number < \(first + count) ORDER BY number)
                    TO '\(path(kind, index))' (FORMAT binary)
                    """
                )
            }
            first += count
        }
    }

    private enum Kind: String {
        case event
        case batch
    }

    private static let eventColumns = batchColumns.replacing("attempt, kind", with: "attempt, node_id, kind")

    private func path(_ kind: Kind, _ index: Int) -> String {
        folder.appending("\(kind.rawValue)-\(index).bin").string
    }

    private func rows(_ kind: Kind, _ index: Int) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path(kind, index))))
    }

    /// Bare binary COPY into `rt_log.event`, a transaction a batch: what the database takes when nobody asks for more.
    func copy(into scratch: ScratchDatabase) async throws -> (elapsed: Duration, backendTime: Duration) {
        let connection = try await Connection.connect(scratch.connection(.owner))
        var elapsed: Duration = .zero
        for index in batches.indices {
            let data = try rows(.event, index)
            let begin = ContinuousClock.now
            try await connection.copyIn("COPY rt_log.event (\(Self.eventColumns)) FROM STDIN (FORMAT binary)", data)
            elapsed += begin.duration(to: .now)
        }
        return (elapsed, try await Self.processorTime(of: connection))
    }

    private static func processorTime(of connection: Connection) async throws -> Duration {
        let pid: Int32 = try await connection.query("SELECT pg_backend_pid() AS pid").one().get("pid")
        return try ProcessFigures(of: pid).processorTime
    }

    private static func open(_ connection: Connection) async throws -> (source: Int32, epoch: Int64) {
        let opened = try await connection.query(
            "SELECT o.source_id, o.epoch FROM ingest_v1.open_source('replay', 'replay', 'postfix', false) AS o"
        ).one()
        return (try opened.get("source_id"), try opened.get("epoch"))
    }

    /// The contract with rows that are encoded already: how long each part of a commit takes in the database.
    func commit(into scratch: ScratchDatabase) async throws -> Parts {
        let connection = try await Connection.connect(scratch.connection(.collector))
        let (source, epoch) = try await Self.open(connection)
        try await scratch.run("UPDATE ops.source_file SET position = 0 WHERE file_id = \(fileID)")
        var parts = Parts()
        for index in batches.indices {
            let data = try rows(.batch, index)
            var clock = ContinuousClock.now
            func lap() -> Duration {
                let last = clock
                clock = .now
                return last.duration(to: clock)
            }
            try await connection.run("BEGIN")
            try await connection.copyIn(
                "COPY pg_temp.event_batch (\(Self.batchColumns)) FROM STDIN (FORMAT binary)",
                data
            )
            parts.copy += lap()
            let outcome: String = try await connection.query(
                """
                SELECT ingest_v1.commit_batch($1, $2, $3, $4, $5, '', '', 0, '', 0, '', now(), 1, '{}', '{}', '{}') AS outcome
                """,
                [source, epoch, fileID, Int64(index), Int64(index + 1)]
            ).one().get("outcome")
            guard outcome == "committed" else { throw PostgresClientError.unexpectedResult(outcome) }
            parts.commitBatch += lap()
            try await connection.run("COMMIT")
            parts.commit += lap()
        }
        parts.backendTime = try await Self.processorTime(of: connection)
        return parts
    }

    /// Times of the parts of all commits together.
    struct Parts {
        var copy: Duration = .zero
        var commitBatch: Duration = .zero
        var commit: Duration = .zero
        var backendTime: Duration = .zero

        var total: Duration { copy + commitBatch + commit }
    }
}
