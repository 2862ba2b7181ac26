package import struct Foundation.Date
package import Logging
package import MailEvents
package import PostgresClient

/// One source's way into the database, through the contract `ingest_v1`. Holds one connection; after any error it is
/// dropped, and `open` makes a new one.
package actor IngestSession {
    /// What the database knows of a source.
    package struct Opening: Sendable {
        package var files: [KnownFile]
        package var firstOpenedAt: Date
    }

    /// What became of a batch.
    package enum Outcome: Sendable, Equatable {
        case committed
        /// The file does not stand where the batch begins.
        case conflict
        /// No events are taken for now.
        case refused(String)
    }

    private struct State {
        var connection: Connection
        var sourceID: Int32
        var epoch: Int64
        var traceHash: KeyedHash
        /// Seconds that the database's clock is ahead of ours: it decides which times can be.
        var clockLead: Double
    }

    private let settings: ConnectionSettings
    private let logger: Logger
    private var state: State?
    private var terms: TermResolution

    /// - Parameter settings: connections as `mailmill_collector`.
    package init(_ settings: ConnectionSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
        var random = SystemRandomNumberGenerator()
        terms = TermResolution(hash: KeyedHash(key0: random.next(), key1: random.next()))
    }

    /// Claims the source: whoever opened it before may not commit any more.
    package func open(node: String, name: String, format: String, isSample: Bool) async throws -> Opening {
        state = nil
        terms.forget()
        let connection = try await Connection.connect(settings)
        let row = try await connection.query(
            SQLFile.query("ingest/open"),
            [node, name, format, isSample]
        ).one()
        let key: Bytes = try row.get("hash_key")
        let sourceID: Int32 = try row.get("source_id")
        state = State(
            connection: connection,
            sourceID: sourceID,
            epoch: try row.get("epoch"),
            traceHash: KeyedHash(key: key.content),
            clockLead: try row.get("server_time", as: Date.self).timeIntervalSince(Date())
        )
        let files = try await connection.query(SQLFile.query("ingest/files"), [sourceID]).map(KnownFile.init)
        return Opening(files: files, firstOpenedAt: try row.get("first_opened_at"))
    }

    /// Makes a file known; it stands at position 0.
    package func register(name: String, fingerprint: FileFingerprint) async throws -> KnownFile {
        let id: Int64 = try await attempt { state in
            try await state.connection.query(
                SQLFile.query("ingest/register"),
                [
                    state.sourceID, state.epoch, name,
                    fingerprint.headLength, Bytes(fingerprint.headHash),
                    fingerprint.tailLength, Bytes(fingerprint.tailHash),
                ]
            ).one().get("file_id")
        }
        return KnownFile(
            fileID: id,
            position: 0,
            cursor: "",
            parserState: [],
            fingerprint: fingerprint,
            name: name
        )
    }

    /// Counts a batch, or leaves everything as it was. After a throw nobody knows which: open again, and the position
    /// tells.
    package func commit(_ batch: EventBatch) async throws -> Outcome {
        let impossible = ImpossibleTimes(batch, now: Date(timeIntervalSinceNow: state?.clockLead ?? 0))
        try await resolveTerms(of: batch)
        let numbers = terms.finish()
        return try await attempt { state in
            let connection = state.connection
            let rows = EventEncoder(batch, numbers, skipping: impossible.indexes, traceHash: state.traceHash)
            try await connection.run("BEGIN")
            if rows.count > 0 { try await connection.copyIn(EventEncoder.copy, encoding: rows) }
            let unread = batch.unread + impossible.lines
            let outcome: String = try await connection.query(
                SQLFile.query("ingest/commit"),
                batch.parameters(
                    source: state.sourceID,
                    epoch: state.epoch,
                    unread: unread,
                    readUpTo: impossible.readUpTo
                )
            ).one().get("outcome")
            guard outcome == "committed" else {
                try await connection.rollback()
                return outcome == "conflict" ? .conflict : .refused(String(outcome.dropFirst("refused: ".count)))
            }
            try await connection.commit()
            return .committed
        }
    }

    /// A heartbeat.
    ///
    /// - Parameters:
    ///   - readUpTo: all that the log held at this time is committed; nil if unknown.
    ///   - lagBytes: bytes known and not committed.
    package func report(readUpTo: Date?, lagBytes: Int64, lastError: String?) async throws {
        try await attempt { state in
            try await state.connection.query(
                SQLFile.query("ingest/report"),
                [state.sourceID, state.epoch, readUpTo, lagBytes, lastError]
            )
        }
    }

    /// Stores the sizes of the node's queues, in messages.
    package func storeQueue(takenAt: Date, active: Int64, delayed: Int64) async throws {
        try await attempt { state in
            try await state.connection.query(
                SQLFile.query("ingest/queue"),
                [state.sourceID, state.epoch, takenAt, active, delayed]
            )
        }
    }

    /// Looks up the batch's texts, and asks for the numbers of new ones outside of the batch's transaction, so that
    /// they outlive a rollback of it.
    private func resolveTerms(of batch: EventBatch) async throws {
        batch.bytes.withUnsafeBytes { terms.look(up: batch.events, in: $0) }
        for kind in TermKind.allCases {
            let texts = terms.pending(kind)
            guard !texts.isEmpty else { continue }
            let ids: [Int32] = try await attempt { state in
                try await state.connection.query(
                    SQLFile.query("ingest/intern"),
                    [kind.rawValue, texts]
                ).one().get("ids")
            }
            terms.settle(kind, ids)
        }
    }

    /// Runs `body` with the open source; after an error the connection is dropped.
    @discardableResult
    private func attempt<T: Sendable>(_ body: (State) async throws -> T) async throws -> T {
        guard let state else { throw StoreError.sourceNotOpen }
        do {
            return try await body(state)
        } catch {
            self.state = nil
            terms.forget()
            throw error
        }
    }
}
