import LogGenerator
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// How a period is put together: pieces that touch, never overlap, and are held.
@Suite struct SegmentTests {
    private struct Piece {
        var grain: String
        var from: Int64
        var to: Int64
    }

    private static let grains = [
        "event": Int64(1), "minute": Times.minute, "hour": Times.hour, "6 hours": 6 * Times.hour, "day": Times.day,
        "8 days": 8 * Times.day, "64 days": 64 * Times.day,
    ]
    private static let steps = ["1 minute", "5 minutes", "1 hour", "12 hours", "1 day", "7 days", "64 days"]
    /// What buckets count from: midnight of 2000-01-01.
    private static let origin: Int64 = 946_684_800 * Times.second

    private func pieces(
        _ pool: ConnectionPool,
        _ from: Int64,
        _ to: Int64,
        _ family: String,
        _ coarsest: String
    ) async throws -> [Piece] {
        try await pool.query(
            "SELECT * FROM report_v1.segments($1, $2, $3, $4::text::interval) ORDER BY segment_from",
            [Timestamp(microseconds: from), Timestamp(microseconds: to), family, coarsest]
        ).map {
            Piece(
                grain: try $0.get("grain"),
                from: try $0.get("segment_from", as: Timestamp.self).microseconds,
                to: try $0.get("segment_to", as: Timestamp.self).microseconds
            )
        }
    }

    private func horizons(_ pool: ConnectionPool, _ family: String) async throws -> [String: Int64] {
        var found: [String: Int64] = ["day": .min, "8 days": .min, "64 days": .min]
        var tables = [
            ("event", "event"), ("minute", family == "pair" ? "wide_by_minute" : "\(family)_by_minute"),
            ("hour", "\(family)_by_hour"),
        ]
        if family == "pair" { tables.append(("6 hours", "pair_by_6_hours")) }
        for (grain, table) in tables {
            found[grain] = try await pool.query("SELECT rt_log.horizon($1) AS h", [table]).one()
                .get("h", as: Timestamp.self).microseconds
        }
        return found
    }

    @Test(arguments: ["total", "traffic", "domain", "pair", "wide"]) func piecesTouchAndCoverAndAreHeld(family: String)
        async throws
    {
        try await withScratchDatabase { database in
            let pool = database.pool(.superuser)
            let horizons = try await horizons(pool, family)
            var random = SeededRandom(seed: 11)
            let now = Times.now()
            for _ in 0..<400 {
                let spans = [Times.minute, Times.hour, Times.day, 70 * Times.day, 900 * Times.day]
                let rounding: Int64 =
                    [1, Times.second, Times.minute, Times.hour, Times.day].randomElement(using: &random) ?? 1
                let from = Times.floor(
                    now - .random(in: 0...(spans.randomElement(using: &random) ?? 1), using: &random),
                    rounding
                )
                let to = from + .random(in: 1...(spans.randomElement(using: &random) ?? 1), using: &random)
                let coarsest = Self.steps.randomElement(using: &random) ?? "1 day"
                let found = try await pieces(pool, from, to, family, coarsest)
                let what = "\(Times.date(from)) to \(Times.date(to)) by \(coarsest): \(found)"
                let first = try #require(found.first, "\(what)")
                let last = try #require(found.last, "\(what)")
                #expect(first.from <= from && last.to >= to, "\(what)")
                for (piece, next) in zip(found, found.dropFirst()) { #expect(piece.to == next.from, "\(what)") }
                for piece in found {
                    let grain = try #require(Self.grains[piece.grain])
                    #expect(piece.from < piece.to, "\(what)")
                    #expect((piece.from - Self.origin) % grain == 0, "\(what)")
                    #expect((piece.to - Self.origin) % grain == 0, "\(what)")
                    #expect(piece.from >= horizons[piece.grain] ?? .max, "not held any more: \(what)")
                }
                // What events and minutes still hold is answered to the microsecond.
                if from >= horizons["event"] ?? 0 { #expect(first.from == from && last.to == to, "\(what)") }
                // Nowhere wider than a day.
                #expect(from - first.from < Times.day && last.to - to < Times.day, "\(what)")
            }
        }
    }

    @Test func aStepIsNotCoarsenedWhereItsGrainIsHeld() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.superuser)
            let today = Times.floor(Times.now(), Times.day)
            let found = try await pieces(pool, today - 80 * Times.day, today, "traffic", "1 minute")
            #expect(found.map(\.grain) == ["hour", "minute"])
            #expect(found.last?.from == today - 60 * Times.day)
            let days = try await pieces(pool, today - 80 * Times.day, today, "traffic", "1 day")
            #expect(days.map(\.grain) == ["day"])
            // Whatever its ends, a long period is a few dozen buckets.
            let years = try await pieces(pool, today - 700 * Times.day, today, "domain", "64 days")
            var buckets: Int64 = 0
            for piece in years { buckets += (piece.to - piece.from) / (try #require(Self.grains[piece.grain])) }
            #expect(buckets <= 39)
        }
    }

    @Test func anEmptyOrReversedPeriodHasNoPieces() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.superuser)
            let now = Times.now()
            for (from, to) in [(now, now), (now, now - 1), (now, now - 900 * Times.day)] {
                #expect(try await pieces(pool, from, to, "traffic", "1 day").isEmpty)
            }
            let rows = try await pool.query("SELECT * FROM report_v1.traffic(now(), now() - interval '1 day')")
            #expect(rows.isEmpty)
        }
    }

    @Test func anUnknownFamilyIsAnError() async throws {
        try await withScratchDatabase { database in
            let error = try await refusal {
                try await pieces(database.pool(.report), 0, Times.now(), "nothing", "1 day")
            }
            #expect(error.sqlState == SQLState("22023"))
        }
    }
}
