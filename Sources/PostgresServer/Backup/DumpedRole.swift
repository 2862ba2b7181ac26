internal import FoundationEssentials
internal import PostgresClient
internal import SystemPackage

/// A role of a dumped server, so that its grants have somebody to go to. Superusers and PostgreSQL's own are not among them.
struct DumpedRole: Sendable, Codable, Equatable {
    var name: String
    var canLogin: Bool
    var inherits: Bool
    var connectionLimit: Int32
    var memberOf: [String]
    /// SCRAM verifier, where the operator wanted it.
    var verifier: String?

    static func all(_ connection: Connection, withPasswords: Bool) async throws -> [DumpedRole] {
        try await connection.query(
            """
            SELECT a.rolname, a.rolcanlogin, a.rolinherit, a.rolconnlimit, CASE WHEN $1 THEN a.rolpassword END AS verifier,
                ARRAY(SELECT g.rolname::text FROM pg_catalog.pg_auth_members AS m
                    JOIN pg_catalog.pg_roles AS g ON g.oid = m.roleid WHERE m.member = a.oid ORDER BY 1) AS groups
            FROM pg_catalog.pg_authid AS a
            WHERE NOT a.rolsuper AND NOT starts_with(a.rolname, 'pg_') ORDER BY a.rolname
            """,
            [withPasswords]
        ).map { row in
            DumpedRole(
                name: try row.get("rolname"),
                canLogin: try row.get("rolcanlogin"),
                inherits: try row.get("rolinherit"),
                connectionLimit: try row.get("rolconnlimit"),
                memberOf: try row.get("groups", as: [String].self),
                verifier: try row.find("verifier")
            )
        }
    }

    /// Makes those that are missing, and gives each the verifier that it had where the dump holds one.
    static func restore(_ roles: [DumpedRole], _ connection: Connection) async throws {
        let present = Set(
            try await connection.query("SELECT rolname FROM pg_catalog.pg_roles").map { row in
                try row.get("rolname", as: String.self)
            }
        )
        for role in roles {
            let name = quoted(role.name)
            if !present.contains(role.name) {
                try await connection.run(
                    "CREATE ROLE \(name) \(role.canLogin ? "LOGIN" : "NOLOGIN") \(role.inherits ? "INHERIT" : "NOINHERIT")"
                        + " CONNECTION LIMIT \(role.connectionLimit)"
                )
            }
            if let verifier = role.verifier {
                try await connection.run("ALTER ROLE \(name) PASSWORD '\(verifier.replacing("'", with: "''"))'")
            }
        }
        for role in roles where !present.contains(role.name) {
            for group in role.memberOf { try await connection.run("GRANT \(quoted(group)) TO \(quoted(role.name))") }
        }
    }

    private static func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
}
