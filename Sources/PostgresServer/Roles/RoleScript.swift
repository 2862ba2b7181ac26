/// SQL that makes the roles and the database, and brings them back to this state when run again. Runs in
/// single-user mode within `init`, so statements end with a semicolon and an empty line, and hold none inside.
/// Schemas and their grants are not here: they are migrations of the Store.
struct RoleScript: Sendable {
    static let database = "mailmill"

    let plan: RolePlan

    /// Statements for any existing cluster: roles, limits, settings of roles.
    var roleStatements: [String] {
        DatabaseRole.allCases.filter { $0 != .superuser }.flatMap { role -> [String] in
            let limit = plan.limit(of: role).map { " CONNECTION LIMIT \($0)" } ?? ""
            let options = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
            let replication = role == .backup ? " REPLICATION" : " NOREPLICATION"
            return [
                """
                DO $$
                BEGIN
                    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '\(role.name)') THEN
                        CREATE ROLE \(role.name);
                    END IF;
                END
                $$
                """,
                "ALTER ROLE \(role.name) WITH \(options)\(replication)\(limit)",
            ] + settings(of: role).map { "ALTER ROLE \(role.name) SET \($0)" }
        } + [
            "GRANT pg_monitor TO \(DatabaseRole.monitor.name)",
            // The manager looks at how others are doing before it gives the server more to do.
            "GRANT pg_read_all_stats TO \(DatabaseRole.owner.name)",
            "GRANT pg_read_all_data TO \(DatabaseRole.backup.name)",
        ]
    }

    var createDatabase: String { Self.createDatabase(named: Self.database) }

    static func createDatabase(named name: String) -> String {
        "CREATE DATABASE \(name) WITH OWNER \(DatabaseRole.owner.name) TEMPLATE template0"
            + " ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C.UTF-8'"
    }

    /// Statements for an existing database: who may connect. Nobody but our roles, and nobody makes temporary tables.
    var databaseStatements: [String] {
        let members = DatabaseRole.allCases.filter { $0 != .superuser }.map(\.name).joined(separator: ", ")
        return [
            "REVOKE ALL ON DATABASE \(Self.database) FROM PUBLIC",
            "GRANT CONNECT ON DATABASE \(Self.database) TO \(members)",
            "REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC",
            "GRANT CONNECT ON DATABASE postgres, template1 TO \(DatabaseRole.backup.name)",
        ]
    }

    /// Everything, as single-user mode with `-j` takes it.
    var singleUserInput: String {
        (roleStatements + [createDatabase] + databaseStatements).map { $0 + ";\n\n" }.joined()
    }

    func settings(of role: DatabaseRole) -> [String] {
        switch role {
        case .superuser, .owner, .backup: []
        case .collector: ["idle_in_transaction_session_timeout = '60s'"]
        case .console: ["idle_in_transaction_session_timeout = '60s'", "statement_timeout = '60s'"]
        case .report:
            [
                "default_transaction_read_only = on", "statement_timeout = '60s'",
                "idle_in_transaction_session_timeout = '60s'", "temp_file_limit = '2GB'",
            ]
        case .monitor: ["default_transaction_read_only = on", "statement_timeout = '30s'"]
        }
    }
}
