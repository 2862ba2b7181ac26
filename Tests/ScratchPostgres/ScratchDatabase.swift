internal import Logging
package import PostgresClient

/// A database of a test's own.
package struct ScratchDatabase: Sendable {
    let folder: String
    package let name: String

    /// How to connect as a role.
    package func settings(_ role: ScratchRole, parameters: [String: String] = [:]) -> ConnectionSettings {
        ConnectionSettings(host: folder, database: name, user: role.rawValue, parameters: parameters)
    }

    /// A pool of connections as a role. Waits long for a connection: the machine that runs tests may be busy.
    package func pool(
        _ role: ScratchRole,
        limit: Int = 4,
        leaseTimeout: Duration = .seconds(60),
        parameters: [String: String] = [:]
    ) -> ConnectionPool {
        ConnectionPool(
            settings(role, parameters: parameters),
            limit: limit,
            leaseTimeout: leaseTimeout,
            logger: Logger(label: "scratch")
        )
    }

    package func connect(_ role: ScratchRole) async throws -> Connection {
        try await Connection.connect(settings(role))
    }
}

/// Runs a test with a database of its own in the shared cluster, and drops the database afterwards.
///
/// - Parameter migrated: with all migrations applied, else empty.
package func withScratchDatabase<T: Sendable>(
    migrated: Bool = true,
    _ body: (ScratchDatabase) async throws -> T
) async throws -> T {
    let cluster = try await ScratchCluster.shared
    await cluster.enter()
    do {
        let database = try await cluster.makeDatabase(migrated: migrated)
        let value = try await body(database)
        try await cluster.drop(database)
        await cluster.leave()
        return value
    } catch {
        await cluster.leave()
        throw error
    }
}
