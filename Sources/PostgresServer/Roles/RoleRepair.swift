internal import PostgresClient

/// Brings roles back that are missing, or whose limits differ from the plan: after a restore, a new release, a changed
/// `max_connections`.
struct RoleRepair: Sendable {
    let server: DatabaseServer

    /// - Returns: what was repaired, for the operator.
    func run() async throws -> [String] {
        let plan = RolePlan(maxConnections: server.settings.maxConnections)
        let connection = try await Connection.connect(server.connectionSettings(as: .superuser, database: "postgres"))
        let rows = try await connection.query(
            "SELECT rolname, rolconnlimit, rolsuper, rolcanlogin, pg_is_in_recovery() AS standby FROM pg_catalog.pg_roles"
        )
        var found: [String: (limit: Int, isPlain: Bool)] = [:]
        for row in rows {
            let isPlain = try row.get("rolcanlogin", as: Bool.self) && !row.get("rolsuper", as: Bool.self)
            found[try row.get("rolname")] = (try row.get("rolconnlimit"), isPlain)
            guard try !row.get("standby", as: Bool.self) else { return [] }
        }
        let wrong = DatabaseRole.allCases.filter { role in
            guard let limit = plan.limit(of: role) else { return false }
            guard let state = found[role.name] else { return true }
            return state.limit != limit || !state.isPlain
        }
        guard !wrong.isEmpty else { return [] }
        let script = RoleScript(plan: plan)
        try await connection.run(script.roleStatements.joined(separator: ";\n"))
        let databases = try await connection.query(
            "SELECT FROM pg_catalog.pg_database WHERE datname = $1",
            [RoleScript.database]
        )
        if !databases.isEmpty { try await connection.run(script.databaseStatements.joined(separator: ";\n")) }
        return ["roles were brought back to their plan: \(wrong.map(\.name).joined(separator: ", "))"]
    }
}
