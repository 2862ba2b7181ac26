internal import BenchmarkSupport
internal import Logging
internal import PostgresClient
internal import PostgresServer
internal import Store

/// How long the manager takes over a busy day that it has not seen: the delta folded into the cubes, the events into the
/// event-fed cubes, all grains. Beside it, what one bare grouping of the same rows takes, with nothing written.
///
/// `swift run -c release FoldBenchmark [hours]`
@main
struct FoldBenchmark {
    static func main() {
        BenchmarkRun.main("fold") { folder in
            let hours = max(1, min(24, BenchmarkRun.argument(0, default: 24)))
            let scratch = try await ScratchDatabase(below: folder)
            let site = try await BusySite(in: scratch)
            let events = try await BusyDay.store(hours: hours, site: site, scratch)
            let deltas = try await scratch.number("SELECT count(*) FROM rt_log.traffic_delta")
            tell("\(hours) hours: \(Figure.grouped(events)) events, \(Figure.grouped(deltas)) rows of the delta")
            let bare = try await groupBare(scratch)
            let wal = try await scratch.number(walWritten)
            let work = try await scratch.number(processorTime)
            let pool = scratch.pool(.owner)
            let begin = ContinuousClock.now
            while try await Upkeep(pool, logger: Logger(label: "benchmark")).run(.fold) > 0 {}
            let time = begin.duration(to: .now)
            await pool.close()
            // Sessions that have been closed end a moment later.
            try await Task.sleep(for: .seconds(2))
            tell(
                "processor time of the sessions that folded: "
                    + "\(Figure.decimal(Double(try await scratch.number(processorTime) - work) / 1000, 1)) s"
            )
            try await check(events, scratch)
            try await report(time, bare: bare, hours: hours, events: events, wal: wal, scratch)
            let sizes = try await CubeSizes(scratch)
            sizes.tell()
            if hours == 24 { tellTwoYears(sizes, messages: BusySite.messagesOfDay) }
            for part in [8, 80] where hours == 24 { try await foldSmaller(part, site, scratch) }
        }
    }

    private static let walWritten = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')"

    /// Of sessions that have ended, in milliseconds: what the postmaster has waited for (proc(5), fields 16 and 17).
    private static let processorTime = """
        SELECT (split_part(s, ' ', 16)::bigint + split_part(s, ' ', 17)::bigint) * 10
        FROM pg_read_file('/proc/' || split_part(pg_read_file('postmaster.pid'), E'\\n', 1) || '/stat', 0, 1000) AS s
        """

    private static func tellTwoYears(_ sizes: CubeSizes, messages: Int) {
        tell(
            "\(Figure.grouped(messages)) messages a day: \(Figure.grouped(sizes.eventBytes / max(1, sizes.events))) bytes an event, "
                + "\(Figure.grouped(sizes.rows)) cube rows a day, two years "
                + "\(Figure.grouped(sizes.twoYears >> 30)) GiB with 14 days of events"
        )
    }

    /// A day of a smaller site with the same names, for what two years of it take.
    private static func foldSmaller(_ part: Int, _ site: BusySite, _ scratch: ScratchDatabase) async throws {
        try await scratch.run(
            """
            DO $$ BEGIN
                EXECUTE (SELECT 'TRUNCATE rt_log.event, ' || string_agg('rt_log.' || relation, ', ') FROM ops.cube);
            END $$
            """
        )
        let events = BusySite.eventsOfDay / part
        _ = try await BusyDay.store(hours: 24, eventsOfDay: events, site: site, scratch)
        let pool = scratch.pool(.owner)
        while try await Upkeep(pool, logger: Logger(label: "benchmark")).run(.fold) > 0 {}
        await pool.close()
        try await scratch.run("ANALYZE")
        tellTwoYears(try await CubeSizes(scratch), messages: BusySite.messagesOfDay / part)
    }

    /// One after the other: the delta by minute and all keys, the events by hour, node, binding and ranked domain.
    private static func groupBare(_ scratch: ScratchDatabase) async throws -> Duration {
        let clock = ContinuousClock()
        return try await clock.measure {
            try await scratch.run(
                "SET work_mem = '128MB'",
                """
                SELECT count(*) FROM (
                    SELECT bucket, node_id, binding_id, domain_id, sum(receptions), sum(deliveries), sum(transient_failures),
                        sum(permanent_failures), sum(bytes_in), sum(bytes_out)
                    FROM rt_log.traffic_delta GROUP BY 1, 2, 3, 4 OFFSET 0
                ) AS g
                """,
                "SET work_mem = '128MB'",
                """
                SELECT count(*) FROM (
                    SELECT rt_log.bucket_of('1 hour', f.bucket), f.node_id, f.binding_id, f.ranked_domain_id,
                        count(*) FILTER (WHERE f.kind = 1), count(*) FILTER (WHERE f.kind = 2), count(*) FILTER (WHERE f.kind = 3),
                        count(*) FILTER (WHERE f.kind = 4), sum(f.bytes), max(f.delay_max)
                    FROM rt_log.event_fact AS f GROUP BY 1, 2, 3, 4 OFFSET 0
                ) AS g
                """
            )
        }
    }

    /// Nothing is left, and nothing lost.
    private static func check(_ events: Int64, _ scratch: ScratchDatabase) async throws {
        let left = try await scratch.number("SELECT count(*) FROM rt_log.traffic_delta")
        guard left == 0 else { throw Wrong("\(left) rows of the delta are left") }
        let sum =
            "sum(coalesce(receptions, 0) + coalesce(deliveries, 0) + coalesce(transient_failures, 0)"
            + " + coalesce(permanent_failures, 0) + coalesce(rejections_5xx, 0))"
        for cube in ["total_by_minute", "wide_by_hour", "traffic_by_64_days", "every_domain_by_hour", "ranked_by_day"] {
            let counted = try await scratch.number("SELECT \(sum) FROM rt_log.\(cube)")
            guard counted == events else { throw Wrong("\(cube) has \(counted) of \(events) events") }
        }
    }

    private static func report(
        _ time: Duration,
        bare: Duration,
        hours: Int,
        events: Int64,
        wal: Int64,
        _ scratch: ScratchDatabase
    ) async throws {
        try await scratch.run("ANALYZE")
        let rows = try await scratch.number(
            """
            SELECT sum(greatest(p.reltuples, 0)) FROM ops.cube AS c
            JOIN pg_inherits AS i ON i.inhparent = ('rt_log.' || c.relation)::regclass
            JOIN pg_class AS p ON p.oid = i.inhrelid
            """
        )
        let written = try await scratch.number(walWritten) - wal
        let day = time.seconds * 24 / Double(hours)
        tell(
            "folded in \(Figure.decimal(time.seconds, 1)) s: \(Figure.grouped(Double(events) / time.seconds)) events/s, "
                + "\(Figure.grouped(rows)) cube rows (\(Figure.grouped(Double(rows) / time.seconds)) rows/s), "
                + "\(Figure.grouped(written >> 20)) MiB of WAL"
        )
        tell(
            "bare grouping of the same rows \(Figure.decimal(bare.seconds, 1)) s; folding takes "
                + "\(Figure.decimal(time.seconds / bare.seconds, 2)) times that"
        )
        Goal("folding and rolling up one busy day", "120 s or less").tell(
            "\(Figure.decimal(day, 1)) s for \(Figure.grouped(BusySite.eventsOfDay)) events"
                + (hours < 24 ? " (reckoned from \(hours) hours)" : "")
                + ", \(Figure.decimal(time.seconds / bare.seconds, 2)) of a bare grouping",
            isReached: day <= 120
        )
    }

    private struct Wrong: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }
}
