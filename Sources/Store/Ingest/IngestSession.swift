package import struct Foundation.Date
package import Logging
package import MailEvents
package import PostgresClient

/// One source's way into the database, through the contract `ingest_v1`. Holds one connection; after any error it is
/// dropped, and `open` makes a new one. While there is much to commit, it holds a second one, which asks for the numbers
/// of one batch's texts while another batch is committed.
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

    /// A batch whose numbers were asked for before its turn.
    private struct Prepared {
        var fileID: Int64
        var from: Int64
        var to: Int64
        var numbers: [TermLookup.Numbers]

        func isOf(_ batch: EventBatch) -> Bool {
            fileID == batch.fileID && from == batch.from && to == batch.to && numbers.count == batch.events.count
        }
    }

    private let settings: ConnectionSettings
    private let addresses: AddressPrivacy
    private let logger: Logger
    private var state: State?
    private var terms: TermResolution
    /// Numbers are asked for again after that long: the database deletes texts that nothing names (`ingest_v1.intern`).
    private let termLife: Duration
    private var termsSince = ContinuousClock.now
    private var prepared: [Prepared] = []
    private var isCommitting = false
    /// Counts how often everything was let go of.
    private var generation = 0
    /// For numbers, while `state.connection` is busy.
    private var second: Connection?

    /// - Parameters:
    ///   - settings: connections as `mailmill_collector`.
    ///   - rules: of the classes of failures.
    ///   - addresses: how much of them is stored.
    ///   - termLife: how long numbers of texts are believed, a day at most.
    package init(
        _ settings: ConnectionSettings,
        rules: RuleSet,
        addresses: AddressPrivacy = .whole,
        termLife: Duration = .seconds(12 * 3600),
        logger: Logger
    ) {
        self.settings = settings
        self.addresses = addresses
        self.logger = logger
        self.termLife = termLife
        var random = SystemRandomNumberGenerator()
        terms = TermResolution(hash: KeyedHash(key0: random.next(), key1: random.next()), rules: rules)
    }

    /// Claims the source: whoever opened it before may not commit any more.
    ///
    /// - Parameter most: files that are told, the newest; nil for all.
    package func open(
        node: String,
        name: String,
        format: String,
        isSample: Bool,
        most: Int32? = nil
    ) async throws -> Opening {
        drop()
        let connection = try await Connection.connect(settings)
        try await SchemaVersion.check(connection)
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
        let files = try await connection.query(SQLFile.query("ingest/files"), [sourceID, most]).map(KnownFile.init)
        return Opening(files: files, firstOpenedAt: try row.get("first_opened_at"))
    }

    /// Epoch of the host whose server takes events; 0 where the database is older than designations.
    package func designationEpoch() async throws -> Int64 {
        try await attempt { state in
            do {
                return try await state.connection.query(SQLFile.query("ingest/epoch")).one().get("epoch")
            } catch let error as PostgresClientError where error.sqlState == SQLState("42883") {
                return 0
            }
        }
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

    /// The file of the source whose head has one of these hashes, the longest head first; nil if there is none.
    package func lookUp(headHashes: [[UInt8]]) async throws -> KnownFile? {
        try await attempt { state in
            try await state.connection.query(
                SQLFile.query("ingest/look_up"),
                [state.sourceID, headHashes.map { Bytes($0) }]
            ).map(KnownFile.init).first
        }
    }

    /// Hashes of a file's beginnings, in the order of their positions.
    package func marks(of fileID: Int64) async throws -> [ContentMark] {
        try await attempt { state in
            try await state.connection.query(SQLFile.query("ingest/marks"), [fileID]).map { row in
                ContentMark(
                    position: try row.get("position"),
                    hash: UInt64(bitPattern: try row.get("hash", as: Int64.self))
                )
            }
        }
    }

    /// Finds the numbers of a batch's texts while an earlier batch is committed; else does nothing. Only a help: what fails
    /// here, `commit` does itself, and says why.
    package func prepare(_ batch: EventBatch) async {
        guard isCommitting else { return }
        let generation = generation
        do {
            let numbers = try await numbers(of: batch) { texts in
                let row = try await self.askBeside(texts)
                // Opened anew meanwhile, the source may be in a database where numbers mean other texts.
                guard self.generation == generation else { throw CancellationError() }
                return row
            }
            prepared.append(Prepared(fileID: batch.fileID, from: batch.from, to: batch.to, numbers: numbers))
            if prepared.count > 2 { prepared.removeFirst() }
        } catch {
            if self.generation == generation { second = nil }
        }
    }

    /// Counts a batch, or leaves everything as it was. After a throw nobody knows which: open again, and the position
    /// tells.
    package func commit(_ batch: EventBatch) async throws -> Outcome {
        try await commit(batch, taking: [])
    }

    /// Counts lines that were in quarantine, and takes them out of it in the same transaction.
    ///
    /// - Parameter lines: those that the batch was read from. Where one is no longer there, another was faster: a conflict.
    package func replay(_ batch: EventBatch, taking lines: [QuarantinedLine]) async throws -> Outcome {
        try await commit(batch, taking: lines)
    }

    private func commit(_ batch: EventBatch, taking lines: [QuarantinedLine]) async throws -> Outcome {
        let impossible = ImpossibleTimes(batch, now: Date(timeIntervalSinceNow: state?.clockLead ?? 0))
        isCommitting = true
        defer { isCommitting = false }
        let numbers = try await numbers(of: batch)
        let addresses = addresses
        let outcome = try await attempt { state in
            let connection = state.connection
            let scrubber = AddressScrubber(privacy: addresses, traceHash: state.traceHash)
            let rows = EventEncoder(batch, numbers, skipping: impossible.indexes, scrubber: scrubber)
            try await connection.run("BEGIN")
            if rows.count > 0 { try await connection.copyIn(EventEncoder.copy, encoding: rows) }
            let unread = batch.unread + impossible.lines
            let outcome: String = try await connection.query(
                SQLFile.query("ingest/commit"),
                batch.parameters(
                    source: state.sourceID,
                    epoch: state.epoch,
                    unread: unread,
                    readUpTo: impossible.readUpTo,
                    scrubber: scrubber
                )
            ).one().get("outcome")
            guard outcome == "committed" else {
                try await connection.rollback()
                return outcome == "conflict" ? Outcome.conflict : .refused(String(outcome.dropFirst("refused: ".count)))
            }
            if !lines.isEmpty {
                let taken: Int64 = try await connection.query(
                    SQLFile.query("ingest/take_quarantine"),
                    [state.sourceID, state.epoch, lines.map(\.fileID), lines.map(\.position)]
                ).one().get("taken")
                guard taken == lines.count else {
                    try await connection.rollback()
                    return .conflict
                }
            }
            try await connection.commit()
            return .committed
        }
        if outcome == .committed { prepared.removeAll { $0.isOf(batch) } }
        return outcome
    }

    /// A heartbeat.
    ///
    /// - Parameters:
    ///   - readUpTo: all that the log held at this time is committed; nil if unknown.
    ///   - lagBytes: bytes known and not committed.
    package func report(readUpTo: Date?, lagBytes: Int64, lastError: String?) async throws {
        // All is read: one connection will do.
        if readUpTo != nil { second = nil }
        try await attempt { state in
            try await state.connection.query(
                SQLFile.query("ingest/report"),
                [state.sourceID, state.epoch, readUpTo, lagBytes, lastError]
            )
        }
    }

    /// Stores the sizes of the node's queues.
    package func store(_ reading: QueueReading) async throws {
        try await attempt { state in
            let source: [(any PostgresEncodable)?] = [state.sourceID, state.epoch]
            try await state.connection.query(SQLFile.query("ingest/queue"), source + reading.parameters)
        }
    }

    private func numbers(of batch: EventBatch) async throws -> [TermLookup.Numbers] {
        if let known = prepared.first(where: { $0.isOf(batch) }) { return known.numbers }
        return try await numbers(of: batch) { texts in
            try await self.attempt { try await Self.ask($0.connection, texts) }
        }
    }

    /// Looks up the batch's texts, and asks for the numbers of new ones: outside of the batch's transaction, so that they
    /// outlive a rollback of it.
    private func numbers(
        of batch: EventBatch,
        asking ask: (_ texts: [[String]]) async throws -> Row
    ) async throws -> [TermLookup.Numbers] {
        if termsSince.duration(to: .now) > termLife { forgetTerms() }
        var lookup = batch.bytes.withUnsafeBytes { terms.look(up: batch.events, in: $0) }
        guard !lookup.isComplete else { return lookup.numbers }
        let row = try await ask(TermKind.allCases.map(lookup.pending))
        try terms.settle(&lookup) { try row.get($0.rawValue + "s") }
        return lookup.numbers
    }

    /// Asks on a second connection, while a batch is committed on the first.
    private func askBeside(_ texts: [[String]]) async throws -> Row {
        let generation = generation
        let connection: Connection
        if let second { connection = second } else { connection = try await Connection.connect(settings) }
        if self.generation == generation { second = connection }
        return try await Self.ask(connection, texts)
    }

    /// - Parameter texts: for each kind, in the order of `TermKind.allCases`.
    private static func ask(_ connection: Connection, _ texts: [[String]]) async throws -> Row {
        try await connection.query(SQLFile.query("ingest/intern"), texts).one()
    }

    /// Runs `body` with the open source; after an error the connection is dropped.
    @discardableResult
    private func attempt<T: Sendable>(_ body: (State) async throws -> T) async throws -> T {
        guard let state else { throw StoreError.sourceNotOpen }
        do {
            return try await body(state)
        } catch {
            drop()
            throw error
        }
    }

    /// Lets go of the connections, and of what was known by them.
    private func drop() {
        generation += 1
        (state, second) = (nil, nil)
        forgetTerms()
    }

    private func forgetTerms() {
        prepared = []
        terms.forget()
        termsSince = .now
    }
}
