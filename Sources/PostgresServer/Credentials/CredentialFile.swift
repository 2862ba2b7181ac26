package import SystemPackage

/// A role's password for TCP, in a file that only its owner reads. Over the socket no password is needed.
///
/// The file has libpq's format (`hostname:port:database:username:password`), so that it serves as `PGPASSFILE` on the
/// machine it is carried to.
package struct CredentialFile: Sendable, Equatable {
    package let role: DatabaseRole
    package let path: FilePath

    package init(role: DatabaseRole, layout: ClusterLayout) {
        self.role = role
        path = layout.credentials.appending("\(role.name).pgpass")
    }

    /// The password; nil when there is no file.
    /// - Throws: `wrongPermissions` when others could have read it.
    package func password() throws -> String? {
        guard let text = try SmallFile.read(path, limit: 4096) else { return nil }
        let permissions = try Stat(path).permissions.rawValue & 0o777
        guard permissions & 0o077 == 0 else {
            throw PostgresServerError.wrongPermissions(path: path, permissions: String(permissions, radix: 8))
        }
        return text.split(separator: "\n").first?.split(separator: ":").last.map(String.init)
    }

    /// Which of the role's two logins the file is for; nil when there is no file.
    func slot() throws -> LoginSlot? {
        guard let fields = try SmallFile.read(path, limit: 4096)?.split(separator: ":"), fields.count == 5 else {
            return nil
        }
        return LoginSlot(login: fields[3], of: role)
    }

    static func line(login: String, password: String) -> String { "*:*:*:\(login):\(password)\n" }

    /// 32 random bytes in hexadecimal.
    static func newPassword() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<32).map { _ in
            let byte = UInt8.random(in: .min ... .max, using: &generator)
            return (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
