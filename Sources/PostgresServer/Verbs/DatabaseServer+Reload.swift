internal import PostgresClient
internal import SystemPackage

/// What `database reload` did.
package struct ReloadOutcome: Sendable, Equatable {
    package let warnings: [String]
    /// Settings that count only after a restart.
    package let needRestart: [String]
}

extension DatabaseServer {
    /// Brings the configuration up to date in a running server: written, checked in every way PostgreSQL offers, and
    /// only then loaded.
    /// - Throws: `configurationRefused`, `configurationInvalid`, with file and line; the server goes on as it was.
    package func reload() async throws -> ReloadOutcome {
        guard case .live = try judgement() else {
            throw PostgresServerError.notRunning(cluster: cluster.path)
        }
        let result = try await BlockingWork.run {
            let preflight = try Preflight(self)
            let order = LaunchOrder(
                task: .configure,
                settings: settings,
                account: preflight.account,
                binaries: preflight.binaries
            )
            return try launcher.run(order)
        }
        let connection = try await Connection.connect(connectionSettings(as: .superuser, database: "postgres"))
        let problems = try await problems(connection)
        guard problems.isEmpty else {
            throw PostgresServerError.configurationRefused(problems)
        }
        try await connection.query("SELECT pg_reload_conf()")
        let pending = try await connection.query(
            "SELECT DISTINCT name FROM pg_catalog.pg_file_settings WHERE error = 'setting could not be applied' ORDER BY name"
        )
        return ReloadOutcome(
            warnings: result.warnings,
            needRestart: try pending.map { try $0.get("name") }
        )
    }

    /// What PostgreSQL finds in the files as they are now. A setting that needs a restart is no error.
    private func problems(_ connection: Connection) async throws -> [ConfigurationProblem] {
        let rows = try await connection.query(
            """
            SELECT sourcefile AS file, sourceline AS line, coalesce(name || ': ', '') || error AS message
            FROM pg_catalog.pg_file_settings
            WHERE error IS NOT NULL AND error <> 'setting could not be applied'
            UNION ALL
            SELECT current_setting('hba_file'), line_number, error FROM pg_catalog.pg_hba_file_rules
            WHERE error IS NOT NULL
            UNION ALL
            SELECT current_setting('ident_file'), line_number, error FROM pg_catalog.pg_ident_file_mappings
            WHERE error IS NOT NULL
            """
        )
        return try rows.map { row in
            ConfigurationProblem(
                file: FilePath(try row.find("file", as: String.self) ?? "?"),
                line: try row.find("line"),
                message: try row.get("message")
            )
        }
    }
}
