import Accounts
import Logging
import PostgresClient
import ServiceLifecycle
import Store

/// The role `manager`: waits for the database, brings its schema to this release, then looks after it.
struct ManagerRole: Service {
    let pool: ConnectionPool
    /// How long things are kept.
    let keeping: RetentionRules
    /// How deferred migrations move rows.
    let moving: MoveSettings
    let logger: Logger
    /// Told when the schema is that of this release.
    let readiness: SchemaReadiness
    /// Set by `quickstart`: the first account is made, and told there.
    let announcement: Announcement?
    /// Runs `migrate run`, which takes a backup first; nil where the database is on another host.
    let migration: OwnCommand?

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await migrate() }
        guard !Task.isShuttingDownGracefully else { return }
        if let announcement { announcement.noteAccounts(password: try await firstAdmin()) }
        try await ManagerService(pool, keeping: keeping, moving: moving, logger: logger).run()
        await pool.close()
    }

    /// Tries until the database is there. What a retry cannot help (a changed or newer schema) is thrown.
    private func migrate() async throws {
        var lastReason = ""
        while !Task.isCancelled {
            do {
                try await migrateSafely()
                let done = try await Migrations(pool).run { logger.info("applied migration \($0.version) \($0.name)") }
                readiness.note()
                if !done.isEmpty { logger.notice("the schema is up to date", metadata: ["applied": "\(done.count)"]) }
                return
            } catch let error as PostgresClientError where error.isOutage {
                if "\(error)" != lastReason {
                    logger.info("waiting for the database", metadata: ["reason": "\(error)"])
                }
                lastReason = "\(error)"
            } catch let error as OwnCommand.Failed {
                logger.error(
                    "the schema is of an earlier release, and stays so for now",
                    metadata: ["reason": "\(error)"]
                )
                // Cancelled: the loop's condition ends it.
                try? await Task.sleep(for: .seconds(60))
            } catch StoreError.migrationBlocked(let version, let name) {
                logger.warning("\(StoreError.migrationBlocked(version: version, name: name))")
            } catch is CancellationError {
                return
            }
            // Cancelled: the loop's condition ends it.
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    /// A schema of an earlier release holds something: it is brought up to date behind a backup. Where none can be taken, it
    /// stays as it is until an operator decides.
    private func migrateSafely() async throws {
        guard try await Migrations(pool).isOutdated() else { return }
        guard let migration else {
            throw OwnCommand.Failed(
                text: "run `mailmill migrate run` on the database's host, which takes a backup first"
            )
        }
        logger.notice("the schema is of an earlier release: taking a backup, then bringing it up to date")
        let said = try await migration.run(["migrate", "run"])
        logger.notice("\(said)")
    }

    /// Makes the account `admin` if there is none at all. Gives its one-time password.
    private func firstAdmin() async throws -> String? {
        let store = AccountStore(pool)
        guard try await store.list().isEmpty else { return nil }
        let password = NewPassword.oneTime()
        let isNew = try await store.createFirst(AccountName("admin"), hash: password.hash())
        return isNew ? password.told : nil
    }
}
