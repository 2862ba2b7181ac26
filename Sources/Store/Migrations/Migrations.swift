internal import Foundation
package import PostgresClient

/// Brings a database's schema to where this program is: each migration in one transaction with its row in
/// `ops.migration`, so that no half-applied state exists.
package struct Migrations: Sendable {
    /// Only one migration runs at a time, whoever runs it.
    private static let lock: Int64 = 0x6D61_696C_6D69_6C6C

    private let pool: ConnectionPool

    /// - Parameter pool: connections as `mailmill_owner`.
    package init(_ pool: ConnectionPool) {
        self.pool = pool
    }

    /// What the database has and what it lacks.
    package func status() async throws -> [MigrationStatus] {
        let carried = try Migration.all()
        let applied = try await pool.withConnection { try await Self.applied($0) }
        _ = try MigrationPlan.pending(carried, applied: applied)
        return carried.map { migration in
            let row = applied.first { $0.version == migration.version }
            return MigrationStatus(version: migration.version, name: migration.name, appliedAt: row?.appliedAt)
        }
    }

    /// Whether the database has a schema of an earlier release. One that has none yet has nothing to lose.
    package func isOutdated() async throws -> Bool {
        let status = try await status()
        return status.contains { $0.appliedAt != nil } && status.contains { $0.appliedAt == nil }
    }

    /// Throws `databaseIsOlder` or `databaseIsNewer` unless the database is exactly where this program is.
    package func check() async throws {
        let status = try await status()
        guard let missing = status.first(where: { $0.appliedAt == nil }) else { return }
        throw StoreError.databaseIsOlder(applied: missing.version - 1, needed: status.last?.version ?? 0)
    }

    /// Applies what is missing.
    ///
    /// - Parameters:
    ///   - lockTimeout: how long a migration waits for a lock, so that it never stands in the way of ingest for long.
    ///   - applied: called after each migration.
    /// - Returns: the migrations that were applied.
    @discardableResult
    package func run(
        lockTimeout: Duration = .seconds(5),
        applied report: @Sendable (Migration) -> Void = { _ in }
    ) async throws -> [Migration] {
        let carried = try Migration.all()
        var done: [Migration] = []
        while true {
            let next = try await pool.withTransaction { connection -> Migration? in
                try await connection.lockForTransaction(Self.lock)
                try await connection.run(SQLFile.query("migrations/prepare"))
                let pending = try MigrationPlan.pending(carried, applied: await Self.applied(connection))
                guard let migration = pending.first else {
                    try await Self.note(version: carried.map(\.version).max() ?? 0, on: connection)
                    return nil
                }
                try await Self.apply(migration, on: connection, lockTimeout: lockTimeout)
                try await Self.note(version: migration.version, on: connection)
                return migration
            }
            guard let next else { return done }
            report(next)
            done.append(next)
        }
    }

    private static func apply(
        _ migration: Migration,
        on connection: Connection,
        lockTimeout: Duration
    ) async throws {
        let milliseconds =
            lockTimeout.components.seconds * 1000 + lockTimeout.components.attoseconds / 1_000_000_000_000_000
        try await connection.run("SET LOCAL lock_timeout = \(milliseconds)")
        let start = ContinuousClock.now
        do {
            try await connection.run(migration.script)
        } catch let error as PostgresClientError where error.sqlState == .lockNotAvailable {
            throw StoreError.migrationBlocked(version: migration.version, name: migration.name)
        }
        let took = (ContinuousClock.now - start).components
        try await connection.query(
            SQLFile.query("migrations/record"),
            [
                Int32(migration.version), migration.name, Bytes(migration.checksum),
                took.seconds * 1000 + took.attoseconds / 1_000_000_000_000_000,
            ]
        )
    }

    /// Leaves word of how far the schema is, see `SchemaVersion`.
    private static func note(version: Int, on connection: Connection) async throws {
        try await connection.run(
            "COMMENT ON TABLE ops.migration IS 'The migrations that this database has, up to \(version).'"
        )
    }

    private static func applied(_ connection: Connection) async throws -> [MigrationPlan.Applied] {
        let exists: Bool = try await connection.query(
            "SELECT to_regclass('ops.migration') IS NOT NULL AS found"
        ).one().get("found")
        guard exists else { return [] }
        return try await connection.query(SQLFile.query("migrations/applied")).map { row in
            MigrationPlan.Applied(
                version: try row.get("version"),
                name: try row.get("name"),
                checksum: try row.get("checksum", as: Bytes.self).content,
                appliedAt: try row.get("applied_at")
            )
        }
    }
}
