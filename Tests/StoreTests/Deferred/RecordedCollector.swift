import Foundation
import PostgresClient
import ScratchPostgres
import Testing

/// A collector of the first release: the statements of a recorded session of `ingest_v1`, as they stood then. Nothing here
/// may ever follow a change of the store.
actor RecordedCollector {
    private let connection: Connection
    private let source: Int32
    private let epoch: Int64
    private let file: Int64
    private var position: Int64 = 0
    /// Events that the database said are committed.
    private(set) var committed: Int64 = 0

    static func open(_ database: ScratchDatabase, node: String) async throws -> RecordedCollector {
        let connection = try await database.connect(.collector)
        let opening = try await connection.query(
            "SELECT source_id, epoch FROM ingest_v1.open_source($1, '/var/log/mail.log', 'postfix', false)",
            [node]
        ).one()
        let (source, epoch): (Int32, Int64) = try (opening.get("source_id"), opening.get("epoch"))
        let file: Int64 = try await connection.query(
            "SELECT ingest_v1.register_file($1, $2, '/var/log/mail.log', 4, '\\x01020304', 0, '\\x') AS file_id",
            [source, epoch]
        ).one().get("file_id")
        return RecordedCollector(connection, source, epoch, file)
    }

    private init(_ connection: Connection, _ source: Int32, _ epoch: Int64, _ file: Int64) {
        (self.connection, self.source, self.epoch, self.file) = (connection, source, epoch, file)
    }

    /// Commits deliveries of now, of a domain and binding that may be new.
    func report(_ events: Int) async throws {
        let ids = try await connection.query(
            "SELECT ingest_v1.intern('domain', ARRAY['recorded.example']) AS domains, ingest_v1.intern('binding', ARRAY[E'out\\trecorded']) AS bindings"
        ).one()
        let domain = try #require(try ids.get("domains", as: [Int32].self).first)
        let binding = try #require(try ids.get("bindings", as: [Int32].self).first)
        try await connection.run("BEGIN")
        let now = Times.now()
        let lines = (0..<events).map { number in
            let at = "\(Times.date(now - Int64(number)).ISO8601Format())"
            return
                "\(at)\t1\t2\t3\t\(file)\t\(domain)\t0\t\(binding)\t0\t0\t1234\t50\t2000000\t1\t2\t250\t\\N\t\\N\tREC\(number)\tanna\t\t192.0.2.1\tok\n"
        }
        try await connection.copyIn(
            """
            COPY pg_temp.event_batch (occurred_at, message_hash, recipient_hash, sender_hash, file_id, domain_id, \
            sender_domain_id, binding_id, host_id, reason_id, size, delay_ms, status, attempt, kind, reply_code, stage, bounce_class, \
            message_id, recipient_local, sender_local, remote_address, reply) FROM STDIN
            """,
            Array(lines.joined().utf8)
        )
        let outcome: String = try await connection.query(
            """
            SELECT ingest_v1.commit_batch(
                $1, $2, $3, $4, $5, '', '\\x', 4, '\\x01020304', 0, '\\x', now(), $6, '{}'::bigint[], '{}'::text[], '{}'::bytea[]
            ) AS outcome
            """,
            [source, epoch, file, position, position + Int64(events) * 100, Int64(events)]
        ).one().get("outcome")
        #expect(outcome == "committed")
        try await connection.commit()
        position += Int64(events) * 100
        committed += Int64(events)
    }
}
