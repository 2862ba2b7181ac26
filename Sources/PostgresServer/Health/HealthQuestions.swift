internal import Foundation
package import PostgresClient

/// What the running server tells of itself, each answer green, amber or red with what to do. Asked as
/// `mailmill_monitor`; every question is about PostgreSQL alone and costs milliseconds.
package struct HealthQuestions: Sendable {
    private let connection: Connection

    package init(_ connection: Connection) {
        self.connection = connection
    }

    package func findings() async throws -> [ServerFinding] {
        let major: Int32 = try await connection.query(
            "SELECT current_setting('server_version_num')::int / 10000 AS major"
        ).one().get("major")
        var findings = try await sessions()
        findings += try await storage()
        findings += try await replication()
        findings.append(try await archive())
        findings.append(try await checkpoints(major: Int(major)))
        return findings
    }

    /// The statements that took most time since the statistics were reset; empty where the extension is not installed.
    package func topQueries(limit: Int = 10) async throws -> [TopQuery] {
        let rows = try await connection.query(
            "SELECT FROM pg_catalog.pg_extension WHERE extname = 'pg_stat_statements'"
        )
        guard !rows.isEmpty else { return [] }
        return try await connection.query(
            """
            SELECT left(regexp_replace(s.query, '\\s+', ' ', 'g'), 300) AS query, s.calls, s.total_exec_time AS total_ms,
                s.mean_exec_time AS mean_ms, s.rows, r.rolname::text AS role
            FROM pg_stat_statements AS s JOIN pg_catalog.pg_roles AS r ON r.oid = s.userid
            WHERE s.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
            ORDER BY s.total_exec_time DESC LIMIT $1
            """,
            [Int64(limit)]
        ).map { row in
            TopQuery(
                query: try row.get("query"),
                role: try row.get("role"),
                calls: try row.get("calls"),
                totalMilliseconds: try row.get("total_ms"),
                meanMilliseconds: try row.get("mean_ms"),
                rows: try row.get("rows")
            )
        }
    }

    // MARK: - Sessions

    private func sessions() async throws -> [ServerFinding] {
        let row = try await connection.query(
            """
            SELECT current_setting('server_version') AS version,
                extract(epoch FROM now() - pg_postmaster_start_time())::float8 AS uptime,
                (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend') AS sessions,
                current_setting('max_connections')::int8 AS allowed,
                (SELECT count(*) FROM pg_catalog.pg_stat_activity
                    WHERE wait_event_type = 'Lock' AND now() - state_change > interval '30 s') AS blocked
            """
        ).one()
        let (sessions, allowed): (Int64, Int64) = (try row.get("sessions"), try row.get("allowed"))
        let share = Double(sessions) / Double(max(allowed, 1))
        let blocked: Int64 = try row.get("blocked")
        let uptime = HealthText.span(try row.get("uptime"))
        return [
            ServerFinding("server", .good, "PostgreSQL \(try row.get("version", as: String.self)), up for \(uptime)"),
            ServerFinding(
                "connections",
                HealthText.verdict(share, warning: 0.7, wrong: 0.9),
                "\(sessions) of \(allowed)",
                advice: share < 0.7 ? nil : "see who: `mailmill database status`; raise database.max_connections"
            ),
            try await longestTransaction(),
            ServerFinding(
                "locks",
                blocked == 0 ? .good : .warning,
                blocked == 0
                    ? "nobody waits for a lock" : "\(blocked) sessions have waited for a lock for 30 s and more",
                advice: blocked == 0
                    ? nil : "`SELECT pid, pg_blocking_pids(pid) FROM pg_stat_activity` names who holds it"
            ),
        ]
    }

    private func longestTransaction() async throws -> ServerFinding {
        let rows = try await connection.query(
            """
            SELECT pid, coalesce(usename::text, '') AS role, application_name, state,
                extract(epoch FROM now() - xact_start)::float8 AS seconds
            FROM pg_catalog.pg_stat_activity
            WHERE backend_type = 'client backend' AND xact_start IS NOT NULL AND pid <> pg_backend_pid()
            ORDER BY xact_start LIMIT 1
            """
        )
        guard let row = rows.first else { return ServerFinding("longest transaction", .good, "none is open") }
        let seconds: Double = try row.get("seconds")
        let pid: Int32 = try row.get("pid")
        let who =
            "\(try row.get("role", as: String.self)) (\(try row.get("application_name", as: String.self)), pid \(pid))"
        return ServerFinding(
            "longest transaction",
            HealthText.verdict(seconds, warning: 300, wrong: 3600),
            "\(HealthText.span(seconds)), \(who)",
            advice: seconds < 300
                ? nil
                : "while it is open nothing it could see is cleared away; end it with `SELECT pg_terminate_backend(\(pid))`"
        )
    }

    // MARK: - Storage

    private func storage() async throws -> [ServerFinding] {
        let row = try await connection.query(
            """
            SELECT coalesce(sum(blks_hit), 0)::float8 AS hit, coalesce(sum(blks_read), 0)::float8 AS read,
                coalesce(sum(checksum_failures), 0)::int8 AS torn,
                (SELECT max(greatest(age(datfrozenxid), mxid_age(datminmxid))) FROM pg_catalog.pg_database)::float8 AS age
            FROM pg_catalog.pg_stat_database
            """
        ).one()
        let (hit, read): (Double, Double) = (try row.get("hit"), try row.get("read"))
        let ratio = hit / max(hit + read, 1)
        let isMeasured = hit + read > 100_000
        let torn: Int64 = try row.get("torn")
        let age = try row.get("age", as: Double.self) / 2_147_483_648
        let poor = isMeasured && ratio < 0.9
        return [
            ServerFinding(
                "cache",
                poor ? .warning : .good,
                isMeasured ? "\(HealthText.percent(ratio)) of reads were in memory" : "too few reads to tell",
                advice: poor ? "more memory helps: raise database.shared_buffers" : nil
            ),
            ServerFinding(
                "checksums",
                torn == 0 ? .good : .wrong,
                torn == 0 ? "no damaged page was met" : "\(torn) damaged pages were met",
                advice: torn == 0 ? nil : "the disk lies: restore from a backup onto another one"
            ),
            ServerFinding(
                "wraparound",
                HealthText.verdict(age, warning: 0.3, wrong: 0.6),
                "\(HealthText.percent(age)) of the transaction numbers are in use",
                advice: age < 0.3
                    ? nil : "something keeps autovacuum from freezing: old transactions, slots, prepared ones"
            ),
            try await bloat(),
        ]
    }

    private func bloat() async throws -> ServerFinding {
        let rows = try await connection.query(
            """
            SELECT schemaname || '.' || relname AS name, n_dead_tup::float8 AS dead,
                n_dead_tup::float8 / greatest(n_live_tup + n_dead_tup, 1) AS share
            FROM pg_catalog.pg_stat_user_tables WHERE n_dead_tup > 100000 ORDER BY n_dead_tup DESC LIMIT 1
            """
        )
        guard let row = rows.first else { return ServerFinding("bloat", .good, "no table has many dead rows") }
        let share: Double = try row.get("share")
        let dead = Int64(try row.get("dead", as: Double.self))
        return ServerFinding(
            "bloat",
            HealthText.verdict(share, warning: 0.3, wrong: 0.7),
            "\(try row.get("name", as: String.self)) has \(dead) dead rows, \(HealthText.percent(share))",
            advice: share < 0.3 ? nil : "is a transaction open for long? `VACUUM` it by hand once that is over"
        )
    }

    // MARK: - Copies elsewhere

    private func replication() async throws -> [ServerFinding] {
        let standbys = try await connection.query(
            """
            SELECT coalesce(application_name, '') AS name, coalesce(state, '') AS state,
                coalesce(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END,
                    replay_lsn), 0)::float8 AS behind
            FROM pg_catalog.pg_stat_replication
            """
        )
        var findings: [ServerFinding] = []
        for row in standbys {
            let behind: Double = try row.get("behind")
            findings.append(
                ServerFinding(
                    "standby \(try row.get("name", as: String.self))",
                    HealthText.verdict(behind, warning: 256 * 1_048_576, wrong: 4096 * 1_048_576),
                    "\(try row.get("state", as: String.self)), \(ByteCount(Int64(behind))) behind",
                    advice: behind < 256 * 1_048_576 ? nil : "look at its disk and its network"
                )
            )
        }
        let slots = try await connection.query(
            """
            SELECT slot_name::text AS name, active, coalesce(wal_status, '') AS status
            FROM pg_catalog.pg_replication_slots WHERE NOT active OR wal_status IN ('unreserved', 'lost')
            """
        )
        for row in slots {
            let isLost = try row.get("status", as: String.self) == "lost"
            findings.append(
                ServerFinding(
                    "slot \(try row.get("name", as: String.self))",
                    isLost ? .wrong : .warning,
                    isLost ? "its standby fell too far behind" : "its standby is not connected",
                    advice: isLost
                        ? "make the standby anew: `mailmill standby create`" : "start the standby, or drop the slot"
                )
            )
        }
        return findings
    }

    private func archive() async throws -> ServerFinding {
        let row = try await connection.query(
            """
            SELECT current_setting('archive_mode') AS mode, coalesce(last_failed_wal, '') AS failed_file,
                coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) AS failing,
                extract(epoch FROM now() - last_archived_time)::float8 AS seconds,
                CASE WHEN current_setting('archive_mode') <> 'off'
                    THEN (SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready') ELSE 0 END AS waiting
            FROM pg_catalog.pg_stat_archiver
            """
        ).one()
        guard try row.get("mode", as: String.self) != "off" else {
            return ServerFinding(
                "archive",
                .warning,
                "the write-ahead log is not archived: a restore goes back to the last backup, and logs give the rest"
            )
        }
        let waiting: Int64 = try row.get("waiting")
        if try row.get("failing", as: Bool.self) {
            let file: String = try row.get("failed_file")
            return ServerFinding(
                "archive",
                .wrong,
                "archiving \(file) failed, and \(waiting) segments wait",
                advice: "`mailmill database logs --level warning` tells why"
            )
        }
        let last = try row.find("seconds", as: Double.self).map { "the last \(HealthText.span($0)) ago" } ?? "none yet"
        return ServerFinding(
            "archive",
            HealthText.verdict(Double(waiting), warning: 8, wrong: 42),
            "\(waiting) segments wait, \(last)",
            advice: waiting < 8 ? nil : "is the archive's place slow or full?"
        )
    }

    private func checkpoints(major: Int) async throws -> ServerFinding {
        let text =
            major >= 17
            ? "SELECT num_timed AS timed, num_requested AS requested FROM pg_catalog.pg_stat_checkpointer"
            : "SELECT checkpoints_timed AS timed, checkpoints_req AS requested FROM pg_catalog.pg_stat_bgwriter"
        let row = try await connection.query(text).one()
        let (timed, requested): (Int64, Int64) = (try row.get("timed"), try row.get("requested"))
        let isForced = requested > 10 && requested > timed
        return ServerFinding(
            "checkpoints",
            isForced ? .warning : .good,
            "\(timed) in time, \(requested) before their time",
            advice: isForced ? "the write-ahead log fills too fast: raise database.max_wal_size" : nil
        )
    }
}

/// A statement and what it cost, from `pg_stat_statements`.
package struct TopQuery: Sendable, Codable, Equatable {
    package let query: String
    package let role: String
    package let calls: Int64
    package let totalMilliseconds: Double
    package let meanMilliseconds: Double
    package let rows: Int64
}

/// Figures of findings in words.
enum HealthText {
    static func verdict(_ value: Double, warning: Double, wrong: Double) -> ServerFinding.Verdict {
        value >= wrong ? .wrong : value >= warning ? .warning : .good
    }

    /// `3 d 4 h`, `5 min`, `12 s`.
    static func span(_ seconds: Double) -> String {
        let total = Int(max(0, seconds))
        switch total {
        case ..<120: return "\(total) s"
        case ..<7200: return "\(total / 60) min"
        case ..<172_800: return "\(total / 3600) h"
        default: return "\(total / 86400) d \(total % 86400 / 3600) h"
        }
    }

    static func percent(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        return "\(tenths / 10).\(tenths % 10) %"
    }
}
