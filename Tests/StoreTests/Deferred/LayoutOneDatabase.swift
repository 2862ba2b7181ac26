import Foundation
import LayoutFixtures
import Logging
import PostgresClient
import ScratchPostgres
import Testing

@testable import Store

/// A database whose layout 1 is being migrated, and what is to be true of it all the while.
struct LayoutOneDatabase: Sendable {
    /// Where a session can be made to end.
    static let points = ["before-claim", "before-delete", "after-delete", "after-insert", "before-commit"]
    static let logger = Logger(label: "test")

    let database: ScratchDatabase
    let pool: ConnectionPool
    /// The last event of layout 1 was then.
    let end: Date

    /// Makes and fills layout 1, and runs the immediate phase.
    init(_ database: ScratchDatabase, events: Int64, old: Int64) async throws {
        self.database = database
        pool = database.pool(.owner)
        end = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 - 3600).rounded(.down))
        let connection = try await database.connect(.owner)
        try await LayoutOne.make(connection, events: events, old: old, end: end)
    }

    func migrate() async throws {
        try await LayoutOne.migrate(try await database.connect(.owner))
    }

    /// A worker's session. A point ends it there, as a kill would.
    func session(failingAt point: String? = nil, _ settings: MoveSettings = MoveSettings()) async throws -> MoveSession
    {
        let parameters = point.map { ["mailmill.fail_at": $0] } ?? [:]
        let connection = database.settings(.owner, parameters: parameters)
        let found = Shared<MoveSession?>(nil)
        try await eventually("the lock of the worker before") {
            let session = try await MoveSession.begin(connection, settings, Self.logger)
            found.change { $0 = session }
            return session != nil
        }
        return try #require(found.value)
    }

    /// Lets a session work until the migration is in a state.
    func work(_ session: inout MoveSession, until state: DeferredMigration.State) async throws {
        while try await migration().state != state { _ = try await session.round() }
    }

    /// Lets sessions end at every point of every chunk, and others do it, until a condition holds.
    func workKilledEverywhere(until isDone: (DeferredMigration) -> Bool) async throws {
        while try await !isDone(migration()) {
            for point in Self.points {
                var killed = try await session(failingAt: point)
                for _ in 0..<4 {
                    do {
                        _ = try await killed.round()
                    } catch let error as PostgresClientError where error.isOutage {
                        break
                    }
                }
            }
            var session = try await session()
            // It looks at what there is first, of each step.
            for _ in 0..<3 { _ = try await session.round() }
        }
    }

    func migration() async throws -> DeferredMigration {
        try #require(try await DeferredMigrations(pool).status().first)
    }

    // MARK: - Figures

    /// Everything that reports say about the time of layout 1, as one text. Each part is told apart, so that a difference
    /// says where it is.
    func figures(_ connection: Connection) async throws -> String {
        let rows = try await connection.query(
            """
            WITH told AS (
                SELECT 'all by all' AS part, t::text AS line
                FROM report_v1.traffic($1::timestamptz - interval '800 days', $1::timestamptz + interval '1 minute', by_node => true, by_binding => true, by_domain => true) AS t
                UNION ALL
                SELECT 'by hour', t::text
                FROM report_v1.traffic($1::timestamptz - interval '3 days', $1::timestamptz, by_node => true, step => '1 hour') AS t
                UNION ALL
                SELECT 'between minutes', t::text
                FROM report_v1.traffic($1::timestamptz - interval '35:10:17.3', $1::timestamptz - interval '4:59:41.7', by_domain => true) AS t
                UNION ALL
                SELECT 'one domain', t::text
                FROM report_v1.traffic($1::timestamptz - interval '70 days', $1::timestamptz, only_domain => 'd7.example', by_binding => true) AS t
                UNION ALL
                SELECT 'days', t::text FROM report_v1.domain_by_day AS t WHERE t.day <= $1::timestamptz - interval '1 day'
                UNION ALL
                SELECT 'events', count(*) || ' ' || sum(e.size) || ' ' || min(e.occurred_at) || ' ' || count(DISTINCT e.message_id)
                FROM report_v1.event AS e WHERE e.occurred_at <= $1::timestamptz
            )
            SELECT t.part, count(*) AS lines, md5(string_agg(t.line, ';' ORDER BY t.line)) AS hash FROM told AS t GROUP BY t.part ORDER BY t.part
            """,
            [end]
        )
        return try rows.map { row in
            try
                "\(row.get("part", as: String.self)): \(row.get("lines", as: Int64.self)) \(row.get("hash", as: String.self))"
        }.joined(separator: "\n")
    }

    func figures() async throws -> String {
        let connection = try await database.connect(.superuser)
        return try await figures(connection)
    }

    /// The rows of layout 1, as one text.
    func oldRows() async throws -> String {
        let row = try await pool.query(
            """
            SELECT
                (SELECT count(*) || ' ' || coalesce(sum(hash_record_extended(e, 1)), 0) FROM layout_1.event AS e)
                || ' and ' ||
                (SELECT count(*) || ' ' || coalesce(sum(hash_record_extended(s, 1)), 0) FROM layout_1.statistics AS s) AS rows
            """
        ).one()
        return try row.get("rows")
    }
}
