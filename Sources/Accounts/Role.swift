/// What an account may do, by its name in the `account` table.
package enum Role: String, Sendable, CaseIterable {
    /// Everything, accounts too. Fixed.
    case admin
    /// Everything but accounts.
    case users
    /// Reads figures; no controls, and nobody's mail. Fixed.
    case reporting

    package var permissions: Set<Permission> {
        switch self {
        case .admin: [.readFigures, .traceMessages, .control, .manageAccounts]
        case .users: [.readFigures, .traceMessages, .control]
        case .reporting: [.readFigures]
        }
    }

    package func may(_ permission: Permission) -> Bool {
        permissions.contains(permission)
    }
}

/// One thing that a role lets a person do. Everybody may look after their own account.
package enum Permission: Sendable, CaseIterable {
    /// See pages, reports and figures.
    case readFigures
    /// Look up who wrote to whom.
    case traceMessages
    /// Change what runs: replay quarantine, pause migrations, silence alerts.
    case control
    /// Add, change and remove other people's accounts.
    case manageAccounts
}
