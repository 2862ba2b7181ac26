internal import Foundation
internal import Logging
package import PostgresClient
package import PostgresServer
internal import Store
package import SystemPackage

/// A database of a benchmark's own: made, configured and started as in production, with the schema of this release.
package struct ScratchDatabase: Sendable {
    package let server: DatabaseServer
    /// The root folder, as `database.directory` names it.
    package let root: FilePath
    /// The account that the server runs as.
    package let account: String

    /// Makes and starts it below `folder`. It is stopped when the benchmark clears away.
    package init(below folder: FilePath) async throws {
        root = folder.appending("database")
        // The account that the tests use; an ordinary user runs the server as oneself.
        account = geteuid() == 0 ? try ServiceAccount.ensure(name: "mailmill-test").account.name : "mailmill"
        let settings = ServerSettings(root: root, account: account, ballast: .zero)
        let server = DatabaseServer(settings: settings)
        self.server = server
        _ = try await server.initialise()
        CleanUp.add {
            do {
                _ = try await server.stop(.immediate)
            } catch {
                tell("the server of \(folder) may still run: \(error)")
            }
        }
        _ = try await server.start()
        let pool = pool(.owner)
        try await Migrations(pool).run()
        await pool.close()
        let version: String = try await Connection.connect(connection(.superuser))
            .query("SHOW server_version").one().get("server_version")
        tell(
            "database: PostgreSQL \(version), in \(root), its generated configuration (durable: synchronous_commit on)"
        )
    }

    package func connection(_ role: DatabaseRole) -> ConnectionSettings { server.connectionSettings(as: role) }

    package func pool(_ role: DatabaseRole, limit: Int = 4) -> ConnectionPool {
        ConnectionPool(connection(role), limit: limit, logger: Logger(label: "benchmark"))
    }

    /// Runs statements of the superuser.
    package func run(_ statements: String...) async throws {
        let connection = try await Connection.connect(connection(.superuser))
        for statement in statements { try await connection.run(statement) }
    }

    /// One number.
    package func number(_ query: String) async throws -> Int64 {
        let connection = try await Connection.connect(connection(.superuser))
        return try await connection.query("SELECT (\(query))::bigint AS number").one().get("number")
    }

    /// Names the domains of a generated log, and their mail servers, before anything is measured.
    package func intern(domains names: [String]) async throws {
        try await run(
            "UPDATE ops.term_limit SET max_terms = 4000000, tokens = 4000000 WHERE kind IN ('domain', 'host')"
        )
        let connection = try await Connection.connect(connection(.owner))
        for start in stride(from: 0, to: names.count, by: 10_000) {
            let some = Array(names[start..<min(start + 10_000, names.count)])
            for (kind, terms) in [("domain", some), ("host", some.map { "mx.\($0)" })] {
                try await connection.query("SELECT ingest_v1.intern($1, $2) IS NULL AS done", [kind, terms])
            }
        }
        try await run("VACUUM ANALYZE rt_log.domain, rt_log.host")
    }
}
