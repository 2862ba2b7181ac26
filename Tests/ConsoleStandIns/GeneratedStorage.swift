package import struct Foundation.Date
package import Store
package import WebConsole

/// What a database of some weeks takes, and a deferred migration under way.
package enum GeneratedStorage {
    package static var storage: DatabaseStorage {
        let gibibyte: Int64 = 1 << 30
        return DatabaseStorage(
            relations: [
                relation("event", .events, days: 14, rows: 96_000_000, bytes: 14 * gibibyte, perDay: 1.1e9),
                relation("by_minute", .minutes, days: 60, rows: 8_000_000, bytes: gibibyte, perDay: 2e7),
                relation("by_hour", .hours, days: 731, rows: 2_000_000, bytes: gibibyte / 2, perDay: 9e6),
                relation("by_day", .days, days: 3653, rows: 90_000, bytes: gibibyte / 50, perDay: 4e5),
                StoredRelation(name: "rt_log.domain", rows: 56_000, bytes: 20 << 20),
            ],
            rules: RetentionRules(),
            room: 200 * gibibyte
        )
    }

    private static func relation(
        _ name: String,
        _ grain: RetentionRules.Grain,
        days: Double,
        rows: Int64,
        bytes: Int64,
        perDay: Double
    ) -> StoredRelation {
        StoredRelation(
            name: "rt_log.\(name)",
            keptAs: grain,
            keptDays: days,
            partitions: 14,
            rows: rows,
            bytes: bytes,
            bytesPerDay: perDay
        )
    }

    /// Half of it is done, and it waits.
    package static func migration(at time: Date) -> DeferredMigration {
        var migration = DeferredMigration(
            name: "events_by_day",
            summary: "moves events into partitions of a day <each>",
            state: .moving,
            registeredAt: time,
            progress: MoveProgress(
                rowsTotal: 12_000_000,
                rowsMoved: 6_000_000,
                rowsQuarantined: 3,
                recentRows: 400_000,
                recentMilliseconds: 4000,
                fastest: 140_000,
                slowest: 80_000
            )
        )
        migration.heldBy = "commits take 41 ms, usually 12 ms"
        return migration
    }
}
