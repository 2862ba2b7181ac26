/// Isolation levels (PostgreSQL documentation, chapter 13).
package enum IsolationLevel: String, Sendable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
}

extension Connection {
    /// Runs `body` in a transaction: committed if it returns, rolled back if it throws.
    ///
    /// Throws `PostgresClientError.connectionLost` also when the connection breaks during COMMIT; then nobody knows
    /// whether it took effect. Throws `unexpectedResult` if `body` returned although a statement of it had failed: the
    /// server has rolled it back then.
    package nonisolated func transaction<T: Sendable>(
        isolation: IsolationLevel = .readCommitted,
        readOnly: Bool = false,
        _ body: (Connection) async throws -> T
    ) async throws -> T {
        // Not "READ WRITE": a server that is read-only for a while says so by its default, which that would overrule.
        try await run("BEGIN ISOLATION LEVEL \(isolation.rawValue)\(readOnly ? " READ ONLY" : "")")
        do {
            let value = try await body(self)
            try await commit()
            return value
        } catch {
            // Not cancelled with this task. The first error is the one to tell; where ROLLBACK fails too, the
            // connection is broken, and the pool drops it.
            await Task.detached { try? await self.rollback() }.value
            throw error
        }
    }

    /// Takes an advisory lock that ends with the transaction, waiting for it.
    package func lockForTransaction(_ key: Int64) async throws {
        try await query("SELECT pg_advisory_xact_lock($1)", [key])
    }

    /// Takes an advisory lock of the session if nobody holds it.
    package func tryLock(_ key: Int64) async throws -> Bool {
        try await query("SELECT pg_try_advisory_lock($1) AS taken", [key]).one().get("taken")
    }

    /// Gives an advisory lock of the session back.
    package func unlock(_ key: Int64) async throws {
        try await query("SELECT pg_advisory_unlock($1)", [key])
    }
}
