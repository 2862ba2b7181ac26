package import Accounts
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

/// Who tries to sign in, from where.
package struct SignInSource: Sendable, Hashable {
    /// SHA-256 of the folded name as typed: a password typed into the wrong field is not stored.
    package var nameDigest: [UInt8]
    /// An IP address in its shortest form; a /64 network for IPv6.
    package var address: String

    package init(nameDigest: [UInt8], address: String) {
        self.nameDigest = nameDigest
        self.address = address
    }
}

/// Times of failed sign-ins, in no particular order.
package struct SignInFailures: Sendable, Equatable {
    package var ofName: [Date]
    package var ofAddress: [Date]

    package init(ofName: [Date], ofAddress: [Date]) {
        self.ofName = ofName
        self.ofAddress = ofAddress
    }
}

/// One line of the audit trail.
package struct AuditEntry: Sendable, Equatable {
    package enum Action: String, Sendable, CaseIterable {
        case signedIn = "signed_in"
        case signInFailed = "sign_in_failed"
        case signInDelayed = "sign_in_delayed"
        case signedOut = "signed_out"
        case passwordChanged = "password_changed"
    }

    package var at: Date
    package var action: Action
    /// nil if there is no such account: what was typed is not kept.
    package var account: AccountID?
    /// As `SignInSource.address`, but the whole of an IPv6 address.
    package var address: String

    package init(at: Date, action: Action, account: AccountID?, address: String) {
        self.at = at
        self.action = action
        self.account = account
        self.address = address
    }
}
