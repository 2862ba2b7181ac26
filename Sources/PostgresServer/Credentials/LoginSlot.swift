/// One of the two logins that a role has over TCP. Both may be in use while a new password is carried to all hosts: rotation
/// needs no moment at which every client changes at once. A login is a member of its role and becomes it when it
/// connects, so that grants and ownership stay the role's.
package enum LoginSlot: String, Sendable, Codable, CaseIterable {
    case a, b

    package var other: LoginSlot { self == .a ? .b : .a }

    package func login(of role: DatabaseRole) -> String { "\(role.name)_\(rawValue)" }

    /// The slot that a login's name tells; nil for another name.
    init?(login: some StringProtocol, of role: DatabaseRole) {
        guard let slot = Self.allCases.first(where: { $0.login(of: role) == login }) else { return nil }
        self = slot
    }
}

extension RoleScript {
    /// Statements that make a login, or give it a new password.
    ///
    /// - Parameter verifier: base64 and digits: nothing to quote.
    func loginStatements(of role: DatabaseRole, _ slot: LoginSlot, verifier: ScramVerifier) -> [String] {
        let login = slot.login(of: role)
        let limit = plan.limit(of: role).map { " CONNECTION LIMIT \($0)" } ?? ""
        let replication = role == .backup ? " REPLICATION" : " NOREPLICATION"
        return [
            """
            DO $$
            BEGIN
                IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '\(login)') THEN
                    CREATE ROLE \(login);
                END IF;
            END
            $$
            """,
            "ALTER ROLE \(login) WITH LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS\(replication)\(limit)",
            "GRANT \(role.name) TO \(login)",
            "ALTER ROLE \(login) SET role = '\(role.name)'",
        ] + settings(of: role).map { "ALTER ROLE \(login) SET \($0)" } + [
            "ALTER ROLE \(login) PASSWORD '\(verifier.text)'"
        ]
    }
}
