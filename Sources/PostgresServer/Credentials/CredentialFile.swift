internal import Glibc
internal import PostgresClient
package import SystemPackage

/// A role's password for TCP, in a file that only its owner reads. Over the socket no password is needed.
///
/// The file has libpq's format (`hostname:port:database:username:password`), so that it serves as `PGPASSFILE` on the
/// machine it is carried to. Rotation with two roles a service is a later work.
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

    static func line(role: DatabaseRole, password: String) -> String { "*:*:*:\(role.name):\(password)\n" }

    /// 32 random bytes in hexadecimal.
    static func newPassword() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<32).map { _ in
            let byte = UInt8.random(in: .min ... .max, using: &generator)
            return (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}

extension DatabaseServer {
    /// Gives a role a new random password: written to its file, and its verifier to the running server.
    package func renewCredential(of role: DatabaseRole) async throws -> CredentialFile {
        guard role != .superuser else {
            throw PostgresServerError.setting(
                name: "role",
                value: role.name,
                advice: "the superuser never comes over TCP"
            )
        }
        let file = CredentialFile(role: role, layout: layout)
        let password = CredentialFile.newPassword()
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let verifier = ScramVerifier(password: password, salt: salt)
        let account = try ServiceAccount.resolve(settings.account)
        try FolderMaking.establish(layout.credentials, for: account, permissions: 0o700)
        let connection = try await Connection.connect(connectionSettings(as: .superuser, database: "postgres"))
        try SmallFile.replace(
            file.path,
            with: CredentialFile.line(role: role, password: password),
            permissions: [.ownerReadWrite]
        )
        if geteuid() == 0 { lchown(file.path.string, account.userID, account.groupID) }
        // The verifier is base64 and the name one of ours: nothing to quote.
        try await connection.run("ALTER ROLE \(role.name) PASSWORD '\(verifier.text)'")
        return file
    }
}
