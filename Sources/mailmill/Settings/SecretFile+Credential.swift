import PostgresServer

/// The setting `database.password_file`: either a password alone, or lines of libpq's password file
/// (`hostname:port:database:username:password`), as `mailmill database credential rotate` writes them, one a role.
extension SecretFile {
    /// Whom to connect as, and with what.
    struct Credential: Equatable {
        var user: String
        var password: String
    }

    /// - Throws: `SettingsError` when others can read the file, or it has nothing for the role.
    func credential(for role: DatabaseRole) throws -> Credential {
        guard let credential = Self.credential(in: try secret(), for: role) else {
            throw SettingsError(
                place: path,
                problem:
                    "has no line for \(role.name); make one with `mailmill database credential rotate` on the database's host"
            )
        }
        return credential
    }

    /// nil when there are lines, and none is the role's.
    static func credential(in text: String, for role: DatabaseRole) -> Credential? {
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        let entries = lines.map { $0.split(separator: ":", omittingEmptySubsequences: false) }.filter { $0.count == 5 }
        guard !entries.isEmpty else {
            return lines.first.map { Credential(user: role.name, password: String($0)) }
        }
        let logins = [role.name] + LoginSlot.allCases.map { $0.login(of: role) }
        return entries.first { logins.contains(String($0[3])) }
            .map { Credential(user: String($0[3]), password: String($0[4])) }
    }
}
