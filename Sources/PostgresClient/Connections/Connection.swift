internal import CLibPQ

/// One connection to a PostgreSQL server. Calls run one after the other on a thread of its own, since libpq blocks.
///
/// Cancelling the task that awaits a call cancels the statement on the server. After
/// `PostgresClientError.connectionLost` the connection is of no more use: `isBroken` says so, and the pool drops it.
package actor Connection {
    package nonisolated let settings: ConnectionSettings
    private nonisolated let executor: QueueExecutor
    private let handle: ConnectionHandle
    private var prepared = PreparedStatements()

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Connects. Throws `PostgresClientError.cannotConnect`.
    package static func connect(_ settings: ConnectionSettings) async throws -> Connection {
        let executor = QueueExecutor(label: "mailmill.postgres")
        let dialler = Dialler(executor: executor)
        return Connection(settings: settings, executor: executor, handle: try await dialler.dial(settings))
    }

    private init(settings: ConnectionSettings, executor: QueueExecutor, handle: ConnectionHandle) {
        self.settings = settings
        self.executor = executor
        self.handle = handle
    }

    /// True after the connection was lost.
    package var isBroken: Bool { handle.isBroken }

    /// True if nothing but our own next call can happen on the connection: it is whole, no transaction is open, and
    /// the server has not said good-bye meanwhile.
    package var isReusable: Bool {
        guard PQtransactionStatus(handle.pointer) == PQTRANS_IDLE else { return false }
        // A server that closes sends its reason first: read on until the end of the stream shows.
        while socketIsReadable(handle.pointer) {
            guard PQconsumeInput(handle.pointer) == 1, !handle.isBroken else { return false }
        }
        return true
    }

    /// Runs one statement with parameters and gives its rows. The statement is prepared at its first use.
    @discardableResult
    package func query(_ statement: String, _ parameters: [(any PostgresEncodable)?] = []) async throws -> Rows {
        try await cancellable { _ in
            try withPrepared(statement, parameters) { name in
                let values = ParameterValues(parameters)
                return Rows(try check(values.execute(name, on: handle.pointer), statement))
            }
        }
    }

    /// Runs a script of any number of statements without parameters, in one implicit transaction unless the script
    /// has its own.
    package func run(_ script: String) async throws {
        _ = try await cancellable { _ in try check(PQexec(handle.pointer, script), script) }
    }

    /// Runs `COPY … FROM STDIN` with data that is already encoded.
    ///
    /// - Returns: rows copied.
    @discardableResult
    package func copyIn(_ statement: String, _ data: [UInt8]) async throws -> Int {
        try await cancellable { _ in
            try copy(statement) { try put(data, statement) }
        }
    }

    /// Runs `COPY … FROM STDIN (FORMAT binary)` with rows that are encoded while the server takes in those before them:
    /// neither waits for the other, and rows of any number need little memory.
    ///
    /// - Returns: rows copied.
    @discardableResult
    package func copyIn(_ statement: String, encoding rows: some CopyRows) async throws -> Int {
        try await cancellable { _ in
            try copy(statement) {
                var rows = rows
                var buffer = BinaryCopyBuffer(capacity: 2 * BinaryCopyBuffer.portion)
                while rows.add(to: &buffer) {
                    try put(buffer.bytes, statement)
                    buffer.dropSent()
                }
                buffer.finish()
                try put(buffer.bytes, statement)
            }
        }
    }

    /// Runs a statement and hands over its rows one at a time, so that a result of any size needs no memory.
    package func stream(
        _ statement: String,
        _ parameters: [(any PostgresEncodable)?] = [],
        _ body: @Sendable (Row) throws -> Void
    ) async throws {
        try await cancellable { call in
            try withPrepared(statement, parameters) { name in
                guard ParameterValues(parameters).send(name, on: handle.pointer) else { throw lost(statement) }
                PQsetSingleRowMode(handle.pointer)
                while let result = PQgetResult(handle.pointer) {
                    let rows = Rows(try check(result, statement))
                    do {
                        for row in rows { try body(row) }
                    } catch {
                        handle.cancel(call)
                        drain()
                        throw error
                    }
                }
            }
        }
    }

    // MARK: - Ends of a transaction

    /// Commits what a caller began by itself. Throws `unexpectedResult` if the transaction had failed: the server answers
    /// COMMIT with ROLLBACK then, and no error.
    package func commit() async throws {
        let answer = try await cancellable { _ in
            let result = try check(PQexec(handle.pointer, "COMMIT"), "COMMIT")
            return String(cString: PQcmdStatus(result.pointer))
        }
        guard answer == "COMMIT" else {
            throw PostgresClientError.unexpectedResult(
                "a transaction was rolled back at its end: a statement in it had failed"
            )
        }
    }

    /// Rolls back what is open.
    package func rollback() async throws {
        guard PQtransactionStatus(handle.pointer) != PQTRANS_IDLE else { return }
        try await run("ROLLBACK")
    }

    // MARK: - Statements

    /// Prepares a statement at its first use, and again where the server no longer takes what was prepared: its result
    /// has other columns after a migration. Inside a transaction that error is thrown, and another attempt goes well.
    private func withPrepared<T>(
        _ statement: String,
        _ parameters: [(any PostgresEncodable)?],
        _ body: (_ name: String) throws -> T
    ) throws -> T {
        let types = parameters.map { parameter in parameter.map { type(of: $0).oid } ?? 0 }
        do {
            return try body(try prepare(statement, types))
        } catch PostgresClientError.server(let error) where error.isOfStaleStatement {
            let name = prepared.forget(statement, types)
            guard PQtransactionStatus(handle.pointer) == PQTRANS_IDLE else { throw PostgresClientError.server(error) }
            if let name { deallocate(name) }
            return try body(try prepare(statement, types))
        }
    }

    private func prepare(_ statement: String, _ types: [UInt32]) throws -> String {
        if let name = prepared.use(statement, types) { return name }
        let name = prepared.newName()
        _ = try check(PQprepare(handle.pointer, name, statement, Int32(types.count), types), statement)
        if let oldest = prepared.add(statement, types, as: name) { deallocate(oldest) }
        return name
    }

    /// Frees a prepared statement on the server. One that it does not know is free already.
    private func deallocate(_ name: String) {
        PQclear(PQexec(handle.pointer, "DEALLOCATE \(name)"))
    }

    private func copy(_ statement: String, _ send: () throws -> Void) throws -> Int {
        _ = try check(PQexec(handle.pointer, statement), statement, expecting: PGRES_COPY_IN)
        try send()
        guard PQputCopyEnd(handle.pointer, nil) == 1 else { throw lost(statement) }
        let rows = Rows(try check(PQgetResult(handle.pointer), statement))
        drain()
        return rows.affected
    }

    private func put(_ data: [UInt8], _ statement: String) throws {
        try data.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                let length = min(bytes.count - offset, 1 << 20)
                let piece = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
                guard PQputCopyData(handle.pointer, piece.bindMemory(to: CChar.self).baseAddress, Int32(length)) == 1
                else { throw lost(statement) }
                offset += length
            }
        }
    }

    /// Reads results to the end, so that the next call finds the connection idle. Ends a COPY that nobody asked for.
    private func drain() {
        while let result = PQgetResult(handle.pointer) {
            let status = PQresultStatus(result)
            PQclear(result)
            switch status {
            case PGRES_COPY_IN:
                guard PQputCopyEnd(handle.pointer, "not a COPY to the caller") == 1 else { return }
            case PGRES_COPY_OUT:
                var row: UnsafeMutablePointer<CChar>?
                while PQgetCopyData(handle.pointer, &row, 0) > 0 { PQfreemem(row) }
            default:
                break
            }
        }
    }

    /// Runs `body`; if the task is cancelled meanwhile, asks the server to stop.
    private func cancellable<T>(_ body: (_ call: UInt64) throws -> T) async throws -> T {
        try Task.checkCancellation()
        let handle = handle
        let call = handle.begin()
        defer { handle.end() }
        return try await withTaskCancellationHandler {
            // A closure that does not capture the actor would run on the cooperative pool, and libpq would block it.
            self.assertIsolated()
            return try body(call)
        } onCancel: {
            handle.cancel(call)
        }
    }

    // MARK: - Results

    /// The result, if it is one that the caller can use; else an error, after which the connection is idle or broken.
    private func check(
        _ result: OpaquePointer?,
        _ statement: String,
        expecting other: ExecStatusType? = nil
    ) throws -> ResultHandle {
        guard let result else { throw lost(statement) }
        let handed = ResultHandle(result)
        let status = PQresultStatus(result)
        if let other {
            if status == other { return handed }
        } else if [PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE, PGRES_EMPTY_QUERY].contains(status) {
            return handed
        }
        if !handle.isBroken, PQtransactionStatus(handle.pointer) == PQTRANS_ACTIVE { drain() }
        guard status == PGRES_FATAL_ERROR else {
            throw PostgresClientError.unexpectedResult(
                "unexpected kind of result from \(ServerError.shortened(statement))"
            )
        }
        let error = ServerError(handed, statement: statement)
        guard handle.isBroken else { throw PostgresClientError.server(error) }
        // What the server said before it hung up is the reason; a result that libpq made up has no SQLSTATE.
        throw lost(statement, reason: error.sqlState == .absent ? nil : error.message)
    }

    private func lost(_ statement: String, reason: String? = nil) -> PostgresClientError {
        .connectionLost(
            target: settings.target,
            activity: ServerError.shortened(statement),
            reason: reason ?? ConnectionHandle.message(of: handle.pointer)
        )
    }
}

/// Connects on the executor that the connection will live on, so that dialling blocks nobody else.
private actor Dialler {
    nonisolated let executor: QueueExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(executor: QueueExecutor) {
        self.executor = executor
    }

    func dial(_ settings: ConnectionSettings) throws -> ConnectionHandle {
        try ConnectionHandle(settings)
    }
}
