internal import BenchmarkSupport
internal import Foundation
internal import Logging
internal import PostgresClient
internal import PostgresServer
internal import Store
internal import Synchronization

/// How long statements wait while the manager drops days of events: those that write events as commits do, and those that
/// read them, one after the other all the while.
///
/// `swift run -c release RetentionBenchmark [events a day] [days]`
@main
struct RetentionBenchmark {
    static func main() {
        BenchmarkRun.main("retention") { folder in
            let events = BenchmarkRun.argument(0, default: 2_000_000)
            let days = max(1, BenchmarkRun.argument(1, default: 3))
            let scratch = try await ScratchDatabase(below: folder)
            for day in 15..<(15 + days) { try await store(events, day: day, scratch) }
            try await store(events / 10, day: 0, scratch)
            try await scratch.run(
                "UPDATE ops.clock SET checked_at = now() - interval '1 hour', steady_since = now() - interval '2 days'",
                "UPDATE ops.closed_minute SET closed_to = now()",
                "UPDATE ops.fold_mark SET folded_to = now()",
                "VACUUM ANALYZE rt_log.event"
            )
            let quiet = try await waits(scratch) { try await Task.sleep(for: .seconds(5)) }
            tell("with nothing beside it: \(Spread(quiet).line)")
            let pool = scratch.pool(.owner)
            let upkeep = Upkeep(pool, logger: Logger(label: "benchmark"))
            var dropped: Int64 = 0
            let begin = ContinuousClock.now
            let beside = try await waits(scratch) {
                // The first run expires, the next one drops.
                for _ in 0..<3 { dropped += try await upkeep.run(.retention) }
            }
            await pool.close()
            guard dropped >= Int64(days) else { throw NothingDropped(dropped: dropped) }
            tell(
                "\(dropped) partitions dropped in \(Figure.decimal(begin.duration(to: .now).seconds, 2)) s; "
                    + "statements beside it: \(Spread(beside).line)"
            )
            Goal("statements while a day of events is dropped", "none waits 100 ms").tell(
                "the longest took \(Spread(beside).maximum.milliseconds) ms of \(beside.count), "
                    + "\(Spread(quiet).maximum.milliseconds) ms with nothing beside it, for \(Figure.grouped(events)) events a day",
                isReached: Spread(beside).maximum <= .milliseconds(100)
            )
        }
    }

    private static func store(_ events: Int, day: Int, _ scratch: ScratchDatabase) async throws {
        try await scratch.run(
            "SELECT ops.ensure_partition('event', now() - interval '\(day) days')",
            """
            INSERT INTO rt_log.event (occurred_at, message_hash, recipient_hash, sender_hash, file_id, domain_id, sender_domain_id,
                binding_id, host_id, node_id, kind, message_id, recipient_local, sender_local)
            SELECT date_trunc('day', now(), 'UTC') - interval '\(day) days' + interval '1 day' * (n / \(events + 1)::float8),
                n, n, n, 1, 0, 0, 0, 0, 1, 2, to_hex(n), 'anna', 'bounces'
            FROM generate_series(1, \(events)) AS n
            """
        )
    }

    /// How long each statement of a writer and of a reader took while `body` ran.
    private static func waits(_ scratch: ScratchDatabase, while body: () async throws -> Void) async throws
        -> [Duration]
    {
        let isOver = Flag()
        let writer = try await Connection.connect(scratch.connection(.owner))
        let reader = try await Connection.connect(scratch.connection(.report))
        let write = """
            INSERT INTO rt_log.event (occurred_at, message_hash, recipient_hash, sender_hash, file_id, domain_id, sender_domain_id,
                binding_id, host_id, node_id, kind, message_id, recipient_local, sender_local)
            VALUES (now(), 1, 2, 3, 1, 0, 0, 0, 0, 1, 2, 'x', 'anna', 'bounces')
            """
        let read = "SELECT * FROM report_v1.traffic(now() - interval '20 days', now(), by_binding => true)"
        return try await withThrowingTaskGroup(of: [Duration].self) { group in
            for (connection, statement) in [(writer, write), (reader, read)] {
                group.addTask {
                    let clock = ContinuousClock()
                    var times: [Duration] = []
                    while !isOver.isSet {
                        times.append(try await clock.measure { try await connection.query(statement) })
                    }
                    return times
                }
            }
            do {
                try await body()
            } catch {
                isOver.set()
                throw error
            }
            isOver.set()
            return try await group.reduce([], +)
        }
    }

    private final class Flag: Sendable {
        private let value = Atomic(false)

        var isSet: Bool { value.load(ordering: .relaxed) }

        func set() { value.store(true, ordering: .relaxed) }
    }

    private struct NothingDropped: Error {
        var dropped: Int64
    }
}
