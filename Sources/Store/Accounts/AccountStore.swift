package import Accounts
package import struct Foundation.Date
package import PostgresClient

/// Accounts, sessions and the audit trail of the consoles, in the schema `webconsole`.
package struct AccountStore: Sendable {
    let pool: ConnectionPool

    /// - Parameter pool: connections as `mailmill_console` for signing in, as `mailmill_owner` to manage accounts.
    package init(_ pool: ConnectionPool) {
        self.pool = pool
    }

    /// nil if there is no account of that name.
    package func account(named name: AccountName) async throws -> Account? {
        try await pool.query(SQLFile.query("accounts/find"), [name.text]).first.map(Account.init)
    }

    // MARK: - Sessions

    /// Stores a session that begins, its audit entry, and that the name's and the address's failures are over.
    package func openSession(_ session: NewSession) async throws {
        try await pool.withTransaction { connection in
            try await Self.open(session, on: connection)
            try await Self.attempt(session.source, at: session.openedAt, succeeded: true, on: connection)
        }
    }

    /// nil if it is not known, is closed, or its account is disabled. Does not look at its times.
    package func session(_ digest: SessionDigest) async throws -> StoredSession? {
        try await pool.query(SQLFile.query("accounts/session"), [Bytes(digest.bytes)]).first.map(StoredSession.init)
    }

    /// Remembers that the session was used.
    package func touchSession(_ digest: SessionDigest, at time: Date) async throws {
        try await pool.query(SQLFile.query("accounts/touch_session"), [Bytes(digest.bytes), time])
    }

    /// Closes a session, and records the entry.
    package func closeSession(_ digest: SessionDigest, audit: AuditEntry) async throws {
        try await pool.withTransaction { connection in
            try await connection.query(SQLFile.query("accounts/close_session"), [Bytes(digest.bytes)])
            try await Self.record(audit, on: connection)
        }
    }

    // MARK: - Passwords

    /// Replaces the password, ends the demand for a change, closes every session of the account, opens `session` in
    /// their place, and records its entry: all or nothing.
    package func changePassword(
        of account: AccountID,
        to hash: PasswordHash,
        opening session: NewSession
    ) async throws {
        try await pool.withTransaction { connection in
            try await connection.query(
                SQLFile.query("accounts/set_password"),
                [account.value, hash.phcString, false]
            )
            try await connection.query(SQLFile.query("accounts/close_sessions"), [account.value])
            try await Self.open(session, on: connection)
        }
    }

    /// Replaces a hash by one of another cost of the same password, unless the password was changed meanwhile.
    package func upgradeHash(of account: AccountID, from old: PasswordHash, to new: PasswordHash) async throws {
        try await pool.query(
            SQLFile.query("accounts/upgrade_hash"),
            [account.value, old.phcString, new.phcString]
        )
    }

    // MARK: - Throttle and audit

    /// The times of the sign-ins that failed since `since`: those under the name after its last success, and those
    /// from the address but for names that have signed in from it since.
    package func failures(_ source: SignInSource, since: Date) async throws -> SignInFailures {
        var failures = SignInFailures(ofName: [], ofAddress: [])
        let rows = try await pool.query(
            SQLFile.query("accounts/failures"),
            [Bytes(source.nameDigest), source.address, since]
        )
        for row in rows {
            let time: Date = try row.get("attempted_at")
            if try row.get("of_name") { failures.ofName.append(time) } else { failures.ofAddress.append(time) }
        }
        return failures
    }

    /// Stores a failed sign-in and its audit entry.
    package func recordFailure(_ source: SignInSource, audit: AuditEntry) async throws {
        try await pool.withTransaction { connection in
            try await Self.attempt(source, at: audit.at, succeeded: false, on: connection)
            try await Self.record(audit, on: connection)
        }
    }

    package func record(_ entry: AuditEntry) async throws {
        try await pool.withConnection { try await Self.record(entry, on: $0) }
    }

    /// Forgets sessions that are over and attempts older than a day.
    ///
    /// - Returns: how many.
    package func tidy() async throws -> Int64 {
        try await pool.query(SQLFile.query("accounts/tidy")).one().get("forgotten")
    }

    // MARK: - Statements

    private static func open(_ session: NewSession, on connection: Connection) async throws {
        try await connection.query(
            SQLFile.query("accounts/open_session"),
            [
                Bytes(session.digest.bytes), session.account.value, session.source.address, session.openedAt,
                session.expiresAt,
            ]
        )
        try await record(session.audit, on: connection)
    }

    private static func attempt(
        _ source: SignInSource,
        at time: Date,
        succeeded: Bool,
        on connection: Connection
    ) async throws {
        try await connection.query(
            SQLFile.query("accounts/attempt"),
            [Bytes(source.nameDigest), source.address, time, succeeded]
        )
    }

    static func record(_ entry: AuditEntry, on connection: Connection) async throws {
        try await connection.query(
            SQLFile.query("accounts/record"),
            [entry.at, entry.action.rawValue, entry.account?.value, entry.address]
        )
    }
}
