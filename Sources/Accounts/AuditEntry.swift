package import struct Foundation.Date

/// One line of the audit trail.
package struct AuditEntry: Sendable, Equatable {
    /// What was done; by these words in the table.
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
