internal import Accounts
internal import PostgresClient

extension Account {
    /// Reads a row of `accounts/find` or `accounts/list`.
    init(_ row: Row) throws {
        self.init(
            id: AccountID(try row.get("account_id")),
            name: try AccountName(row.get("name", as: String.self)),
            role: try Role(row),
            passwordHash: try PasswordHash(phcString: row.get("password_hash")),
            mustChangePassword: try row.get("must_change_password"),
            isDisabled: try row.get("is_disabled")
        )
    }
}

extension StoredSession {
    /// Reads a row of `accounts/session`.
    init(_ row: Row) throws {
        self.init(
            account: AccountID(try row.get("account_id")),
            name: try AccountName(row.get("name", as: String.self)),
            role: try Role(row),
            mustChangePassword: try row.get("must_change_password"),
            openedAt: try row.get("opened_at"),
            lastUsedAt: try row.get("last_used_at"),
            expiresAt: try row.get("expires_at")
        )
    }
}

extension Role {
    fileprivate init(_ row: Row) throws {
        let name: String = try row.get("role")
        guard let role = Role(rawValue: name) else {
            throw PostgresClientError.undecodable(column: "role", reason: "there is no role \(name)")
        }
        self = role
    }
}
