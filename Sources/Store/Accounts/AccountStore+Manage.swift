package import Accounts
package import struct Foundation.Date
internal import PostgresClient

/// An account as a list shows it.
package struct ListedAccount: Sendable, Equatable {
    package var account: Account
    package var createdAt: Date
    /// nil: never.
    package var signedInAt: Date?
}

extension AccountStore {
    /// Makes an account.
    ///
    /// - Returns: false if the name is taken; nothing was changed then.
    package func create(_ name: AccountName, role: Role, hash: PasswordHash, mustChange: Bool) async throws -> Bool {
        let rows = try await pool.query(
            SQLFile.query("accounts/create"),
            [name.text, role.rawValue, hash.phcString, mustChange]
        )
        return !rows.isEmpty
    }

    /// Makes the first account, an admin whose password must be changed.
    ///
    /// - Returns: false if there is an account already, whoever made it; nothing was changed then.
    package func createFirst(_ name: AccountName, hash: PasswordHash) async throws -> Bool {
        try await pool.withTransaction { connection in
            try await connection.run("LOCK TABLE webconsole.account IN SHARE ROW EXCLUSIVE MODE")
            return try await !connection.query(
                SQLFile.query("accounts/create_first"),
                [name.text, hash.phcString]
            ).isEmpty
        }
    }

    /// All accounts, by name.
    package func list() async throws -> [ListedAccount] {
        try await pool.query(SQLFile.query("accounts/list")).map { row in
            ListedAccount(
                account: try Account(row),
                createdAt: try row.get("created_at"),
                signedInAt: try row.find("signed_in_at")
            )
        }
    }

    /// Gives an account a password that must be changed at the next sign-in, and closes its sessions.
    package func resetPassword(of account: AccountID, to hash: PasswordHash, audit: AuditEntry) async throws {
        try await pool.withTransaction { connection in
            try await connection.query(
                SQLFile.query("accounts/set_password"),
                [account.value, hash.phcString, true]
            )
            try await connection.query(SQLFile.query("accounts/close_sessions"), [account.value])
            try await Self.record(audit, on: connection)
        }
    }
}
