internal import Glibc
internal import PostgresClient
internal import SystemPackage

/// A login over TCP, as the server has it.
package struct LoginState: Sendable, Codable, Equatable {
    package let role: String
    package let login: String
    /// Whether it may connect.
    package let isEnabled: Bool
    /// Whether the file of the role names it: the newest.
    package let isCurrent: Bool
    package let sessions: Int64
    /// Where those sessions come from, such as `192.0.2.7`.
    package let clients: String
}

/// What a rotation did.
package struct CredentialRotation: Sendable, Equatable {
    package let file: CredentialFile
    /// The login that the file is for.
    package let login: String
    /// The one before, which works until it is retired; nil at the first time.
    package let previous: String?
}

extension DatabaseServer {
    /// Gives a role a new password in the login that is not in use: in a file for the hosts, and as a verifier, computed here,
    /// in the running server. The login before goes on working until `retireCredential`.
    ///
    /// - Throws: `credentialInUse` when somebody still works with the login that is next.
    package func rotateCredential(of role: DatabaseRole) async throws -> CredentialRotation {
        guard role != .superuser else {
            throw PostgresServerError.setting(
                name: "role",
                value: role.name,
                advice: "the superuser never comes over TCP"
            )
        }
        let file = CredentialFile(role: role, layout: layout)
        let current = try file.slot()
        let next = current?.other ?? .a
        let connection = try await superuserQuietly()
        try await checkUnused(next.login(of: role), connection)
        let password = CredentialFile.newPassword()
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let script = RoleScript(plan: RolePlan(maxConnections: settings.maxConnections))
        let verifier = ScramVerifier(password: password, salt: salt)
        // The server first: whoever reads the file then finds a login that works.
        try await connection.run(script.loginStatements(of: role, next, verifier: verifier).joined(separator: ";\n"))
        let account = try ServiceAccount.resolve(settings.account)
        try FolderMaking.establish(layout.credentials, for: account, permissions: 0o700)
        try SmallFile.replace(
            file.path,
            with: CredentialFile.line(login: next.login(of: role), password: password),
            permissions: [.ownerReadWrite]
        )
        if geteuid() == 0 { lchown(file.path.string, account.userID, account.groupID) }
        return CredentialRotation(
            file: file,
            login: next.login(of: role),
            previous: current.map { $0.login(of: role) }
        )
    }

    /// Ends the login before the current one: it has no password any more and may not connect.
    ///
    /// - Returns: its name; nil if there is none.
    /// - Throws: `credentialInUse` when somebody still works with it.
    package func retireCredential(of role: DatabaseRole) async throws -> String? {
        guard let current = try CredentialFile(role: role, layout: layout).slot() else { return nil }
        let login = current.other.login(of: role)
        let connection = try await superuserQuietly()
        let found = try await connection.query(
            "SELECT FROM pg_catalog.pg_roles WHERE rolname = $1 AND rolcanlogin",
            [login]
        )
        guard !found.isEmpty else { return nil }
        try await checkUnused(login, connection)
        try await connection.run("ALTER ROLE \(login) WITH NOLOGIN PASSWORD NULL")
        return login
    }

    /// Every login over TCP that was ever made.
    package func credentials() async throws -> [LoginState] {
        let connection = try await Connection.connect(connectionSettings(as: .superuser, database: "postgres"))
        let rows = try await connection.query(
            """
            SELECT r.rolname::text AS login, r.rolcanlogin AS enabled, count(a.pid) AS sessions,
                coalesce(string_agg(DISTINCT coalesce(host(a.client_addr), 'socket'), ', '), '') AS clients
            FROM pg_catalog.pg_roles AS r LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.usesysid = r.oid
            WHERE r.rolname ~ '^mailmill_[a-z]+_[ab]$' GROUP BY 1, 2 ORDER BY 1
            """
        )
        return try rows.map { row in
            let login: String = try row.get("login")
            let role = DatabaseRole.allCases.first { LoginSlot(login: login, of: $0) != nil }
            let current = try role.flatMap { try CredentialFile(role: $0, layout: layout).slot()?.login(of: $0) }
            return LoginState(
                role: role?.name ?? "",
                login: login,
                isEnabled: try row.get("enabled"),
                isCurrent: current == login,
                sessions: try row.get("sessions"),
                clients: try row.get("clients")
            )
        }
    }

    /// A superuser's session whose statements reach no log, whatever the operator's settings are.
    private func superuserQuietly() async throws -> Connection {
        let connection = try await Connection.connect(connectionSettings(as: .superuser, database: "postgres"))
        try await connection.run(
            """
            SET log_statement = 'none'; SET log_min_duration_statement = -1; SET log_min_error_statement = 'panic';
            SET log_duration = off; SET track_activities = off
            """
        )
        return connection
    }

    private func checkUnused(_ login: String, _ connection: Connection) async throws {
        let clients: [String] = try await connection.query(
            """
            SELECT DISTINCT coalesce(host(client_addr), 'socket') || ' (' || application_name || ')' AS client
            FROM pg_catalog.pg_stat_activity WHERE usename = $1 ORDER BY 1
            """,
            [login]
        ).map { try $0.get("client") }
        guard clients.isEmpty else { throw PostgresServerError.credentialInUse(login: login, clients: clients) }
    }
}
