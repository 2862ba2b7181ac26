package import struct Foundation.Date

/// A session that begins.
package struct NewSession: Sendable, Equatable {
    package var digest: SessionDigest
    package var account: AccountID
    package var openedAt: Date
    /// Not a moment longer, however busy.
    package var expiresAt: Date
    package var source: SignInSource
    package var audit: AuditEntry

    package init(
        digest: SessionDigest,
        account: AccountID,
        openedAt: Date,
        expiresAt: Date,
        source: SignInSource,
        audit: AuditEntry
    ) {
        self.digest = digest
        self.account = account
        self.openedAt = openedAt
        self.expiresAt = expiresAt
        self.source = source
        self.audit = audit
    }
}

/// A session as stored, with what is needed of its account.
package struct StoredSession: Sendable, Equatable {
    package var account: AccountID
    package var name: AccountName
    package var role: Role
    package var mustChangePassword: Bool
    package var openedAt: Date
    package var lastUsedAt: Date
    package var expiresAt: Date

    package init(
        account: AccountID,
        name: AccountName,
        role: Role,
        mustChangePassword: Bool,
        openedAt: Date,
        lastUsedAt: Date,
        expiresAt: Date
    ) {
        self.account = account
        self.name = name
        self.role = role
        self.mustChangePassword = mustChangePassword
        self.openedAt = openedAt
        self.lastUsedAt = lastUsedAt
        self.expiresAt = expiresAt
    }
}
