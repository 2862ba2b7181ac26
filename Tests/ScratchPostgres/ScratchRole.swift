/// The roles of a Mailmill database, and the superuser of the scratch cluster.
package enum ScratchRole: String, Sendable, CaseIterable {
    case superuser = "postgres"
    case owner = "mailmill_owner"
    case collector = "mailmill_collector"
    case console = "mailmill_console"
    case report = "mailmill_report"
    case backup = "mailmill_backup"
    case monitor = "mailmill_monitor"

    /// The roles that a database knows of.
    package static var ours: [ScratchRole] { allCases.filter { $0 != .superuser } }
}

/// The statements that set up roles and a database, as `mailmill database init` does.
enum RoleStatements {
    static var roles: String {
        ScratchRole.ours.map { role in
            "CREATE ROLE \(role.rawValue) LOGIN\(role == .backup ? " REPLICATION" : "");"
                + settings(of: role).map { "ALTER ROLE \(role.rawValue) SET \($0);" }.joined()
        }.joined() + """
            GRANT pg_monitor TO mailmill_monitor;
            GRANT pg_read_all_stats TO mailmill_owner;
            GRANT pg_read_all_data TO mailmill_backup;
            """
    }

    static func create(_ database: String, template: String) -> String {
        "CREATE DATABASE \(database) OWNER mailmill_owner TEMPLATE \(template)"
    }

    static func grants(on database: String) -> String {
        """
        REVOKE ALL ON DATABASE \(database) FROM PUBLIC;
        GRANT CONNECT ON DATABASE \(database) TO \(ScratchRole.ours.map(\.rawValue).joined(separator: ", "));
        """
    }

    private static func settings(of role: ScratchRole) -> [String] {
        switch role {
        case .superuser, .owner, .backup: []
        case .collector: ["idle_in_transaction_session_timeout = '60s'"]
        case .console: ["idle_in_transaction_session_timeout = '60s'", "statement_timeout = '60s'"]
        case .report: ["default_transaction_read_only = on", "statement_timeout = '60s'"]
        case .monitor: ["default_transaction_read_only = on", "statement_timeout = '30s'"]
        }
    }
}
