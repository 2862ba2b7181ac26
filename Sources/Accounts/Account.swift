/// An account's key in the database.
package struct AccountID: Sendable, Hashable {
    package let value: Int64

    package init(_ value: Int64) {
        self.value = value
    }
}

/// Somebody who may sign in.
package struct Account: Sendable, Equatable {
    package var id: AccountID
    package var name: AccountName
    package var role: Role
    package var passwordHash: PasswordHash
    /// The password was given by somebody else: nothing is reachable before it is changed.
    package var mustChangePassword: Bool
    package var isDisabled: Bool

    package init(
        id: AccountID,
        name: AccountName,
        role: Role,
        passwordHash: PasswordHash,
        mustChangePassword: Bool,
        isDisabled: Bool
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.passwordHash = passwordHash
        self.mustChangePassword = mustChangePassword
        self.isDisabled = isDisabled
    }
}
