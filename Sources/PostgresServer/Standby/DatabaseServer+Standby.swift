internal import PostgresClient
internal import SystemPackage

extension DatabaseServer {
    /// Makes this host's cluster a standby of another. There must be none here yet, or a standby.
    package func createStandby(
        of source: StandbySource,
        progress: @escaping ServerProgressHandler = { _ in }
    ) async throws {
        try source.check()
        try await BlockingWork.run {
            let preflight = try Preflight(self)
            guard try cluster.major() == nil else {
                // One that was made and, as its command was killed, not started.
                if (try? Stat(cluster.path.appending("standby.signal"))) != nil {
                    return progress(.step("there is a standby already; it is started as it is"))
                }
                throw PostgresServerError.notEmpty(path: cluster.path, sample: ["PG_VERSION"])
            }
            try FolderMaking.establish(layout.root, for: preflight.account, permissions: 0o755, followsLink: true)
            let order = LaunchOrder(
                task: .copyStandby(source),
                settings: settings,
                account: preflight.account,
                binaries: preflight.binaries,
                overrides: preflight.overrides
            )
            _ = try launcher.run(order) { progress(.step($0)) }
        }
    }

    package func standbyStatus() async throws -> StandbyStatus {
        let connection = try await Connection.connect(connectionSettings(as: .superuser, database: "postgres"))
        let row = try await connection.query(
            """
            SELECT pg_is_in_recovery() AS standby,
                CASE WHEN pg_is_in_recovery() THEN coalesce((SELECT received_tli FROM pg_stat_wal_receiver), c.timeline_id)
                    ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int END::int8 AS timeline,
                s.system_identifier::text AS identifier,
                coalesce((SELECT status = 'streaming' FROM pg_stat_wal_receiver), false) AS receiving,
                coalesce((SELECT sender_host FROM pg_stat_wal_receiver), '') AS sender,
                extract(epoch FROM now() - pg_last_xact_replay_timestamp())::float8 AS lag
            FROM pg_control_checkpoint() AS c, pg_control_system() AS s
            """
        ).one()
        let followers = try await connection.query(
            """
            SELECT application_name AS name, state,
                greatest(0, pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()
                    ELSE pg_current_wal_lsn() END, replay_lsn))::int8 AS behind
            FROM pg_stat_replication WHERE state IS NOT NULL AND replay_lsn IS NOT NULL ORDER BY 1
            """
        ).map { row in
            StandbyStatus.Follower(
                name: try row.get("name"),
                state: try row.get("state"),
                behind: ByteCount(try row.get("behind") as Int64)
            )
        }
        return StandbyStatus(
            isStandby: try row.get("standby"),
            timeline: try row.get("timeline"),
            systemIdentifier: try row.get("identifier"),
            followers: followers,
            isReceiving: try row.get("receiving"),
            primary: try row.get("sender"),
            lagSeconds: try row.find("lag")
        )
    }

    /// Makes a standby a server of its own: it has replayed all that it received, and takes writes when this returns.
    ///
    /// One that was promoted before, by a command that was killed, is brought to the same end.
    ///
    /// - Parameter force: although the primary still sends.
    /// - Throws: `standbyNotPromotable`.
    package func promoteStandby(force: Bool = false) async throws {
        let status = try await standbyStatus()
        guard status.isStandby || status.timeline > 1 else {
            throw PostgresServerError.standbyNotPromotable(reason: "it is no standby")
        }
        guard !status.isReceiving || force else {
            throw PostgresServerError.standbyNotPromotable(
                reason:
                    "its primary at \(status.primary) is alive; stop that one first (`mailmill database stop` there)"
            )
        }
        if status.isStandby {
            let connection = try await Connection.connect(connectionSettings(as: .superuser, database: "postgres"))
            let done: Bool = try await connection.query("SELECT pg_promote(true, 60) AS done").one().get("done")
            guard done else {
                throw PostgresServerError.standbyNotPromotable(
                    reason: "it did not finish within 60 s; see `mailmill database logs`"
                )
            }
        }
        _ = try await RoleRepair(server: self).run()
    }
}
