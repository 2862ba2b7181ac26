import Foundation
import Logging
import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// Times in logs: impossible, late, and ahead.
@Suite struct EventTimeTests {
    @Test func linesWithImpossibleTimesGoToQuarantineAndTheRestIsCounted() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let now = Times.now()
            let times = [
                Int64.min, .max, 0, 631_151_999_999_999, 631_152_000_000_000, now, now + 2 * Times.day,
                now + 20 * Times.hour,
            ]
            let batch = source.next(times.map { TestEvent(.delivery, at: $0) })
            #expect(try await source.session.commit(batch) == .committed)
            let pool = database.pool(.superuser)
            #expect(try await pool.number("SELECT count(*) FROM rt_log.quarantine") == 5)
            #expect(try await pool.number("SELECT count(DISTINCT position) FROM rt_log.quarantine") == 5)
            #expect(try await pool.number("SELECT events FROM ops.source_file") == 3)
            #expect(try await pool.number("SELECT quarantined FROM ops.source_file") == 5)
            let line = try await pool.query(
                "SELECT convert_from(line, 'UTF8') AS line, reason FROM rt_log.quarantine ORDER BY position LIMIT 1"
            ).one()
            #expect(try line.get("line", as: String.self).contains("anna"))
            #expect(try line.get("reason", as: String.self) == UnreadableReason.impossibleTime.rawValue)
        }
    }

    @Test func anImpossibleTimeIsNotHowFarALogWasRead() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let now = Times.now()
            var batch = source.next([TestEvent(.delivery, at: now), TestEvent(.delivery, at: now + 900 * Times.day)])
            batch.readUpTo = .max
            let odd = batch
            #expect(try await source.session.commit(odd) == .committed)
            let pool = database.pool(.superuser)
            #expect(
                try await pool.number(
                    "SELECT count(*) FROM ops.source_file WHERE read_up_to < now() + interval '25 hours'"
                ) == 1
            )
        }
    }

    @Test func aCollectorsWrongClockDoesNotSayThatAllIsReadForYearsToCome() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            try await source.session.report(readUpTo: Date() + 900 * 86_400, lagBytes: 0, lastError: nil)
            let pool = database.pool(.superuser)
            #expect(try await pool.number("SELECT count(*) FROM ops.source WHERE read_up_to <= clock_timestamp()") == 1)
        }
    }

    @Test func theServerRefusesATimeThatNoCollectorShouldSend() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect(.collector)
            let row = try await connection.query("SELECT * FROM ingest_v1.open_source('mx1', 'x', 'postfix', false)")
                .one()
            let source: Int32 = try row.get("source_id")
            let file: Int64 = try await connection.query(
                "SELECT ingest_v1.register_file($1, 1, 'x', 0, '', 0, '') AS f",
                [source]
            ).one().get("f")
            for time in ["now() + interval '30 days'", "'1980-01-01'", "'infinity'", "'-infinity'"] {
                let error = try await refusal {
                    try await connection.transaction { connection in
                        try await connection.run(
                            """
                            INSERT INTO pg_temp.event_batch (occurred_at, message_hash, recipient_hash, sender_hash,
                                file_id, domain_id, sender_domain_id, binding_id, host_id, kind, message_id, recipient_local, sender_local)
                            VALUES (\(time), 0, 0, 0, \(file), 0, 0, 0, 0, 2, '', '', '')
                            """
                        )
                        try await connection.query(
                            """
                            SELECT ingest_v1.commit_batch($1, 1, $2, 0, 10, '', '', 0, '', 0, '', NULL, 1, '{}', '{}', '{}') AS o
                            """,
                            [source, file]
                        )
                    }
                }
                #expect(error.sqlState == SQLState("22008"))
            }
        }
    }

    @Test func eventsOlderThanTheRawHorizonAreInTheCubesOnly() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let old = Times.now() - 20 * Times.day
            try await source.feed([TestEvent(.delivery, at: old), TestEvent(.delivery, at: Times.now())])
            let pool = database.pool(.superuser)
            #expect(try await pool.number("SELECT count(*) FROM rt_log.event") == 1)
            let upkeep = Upkeep(database.pool(.owner), logger: Logger(label: "test"))
            _ = try await upkeep.fold(grace: .zero)
            for grain in ["minute", "hour", "day"] {
                let n = try await pool.number(
                    "SELECT count(*) FROM rt_log.traffic_by_\(grain) WHERE bucket < now() - interval '15 days'"
                )
                #expect(n == 1, "by \(grain)")
            }
        }
    }

    @Test func minutesPastTheirHorizonAreInHoursAndDays() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let pool = database.pool(.superuser)
            let upkeep = Upkeep(database.pool(.owner), logger: Logger(label: "test"))
            try await source.feed([TestEvent(.delivery, at: Times.now() - 100 * Times.day)])
            _ = try await upkeep.fold(grace: .zero)
            #expect(try await pool.number("SELECT count(*) FROM rt_log.traffic_by_minute") == 0)
            #expect(try await pool.number("SELECT count(*) FROM rt_log.wide_by_hour") == 0)
            #expect(try await pool.number("SELECT count(*) FROM rt_log.traffic_by_hour") == 1)
            #expect(try await pool.number("SELECT count(*) FROM rt_log.domain_by_hour") == 1)
            try await source.feed([TestEvent(.delivery, at: Times.now() - 900 * Times.day)])
            _ = try await upkeep.fold(grace: .zero)
            #expect(try await pool.number("SELECT count(*) FROM rt_log.traffic_by_hour") == 1)
            #expect(try await pool.number("SELECT count(*) FROM rt_log.traffic_by_day") == 2)
            #expect(try await pool.number("SELECT count(*) FROM rt_log.wide_by_day") == 2)
        }
    }

    /// A figure that is there until the minute is folded and then gone would be no figure.
    @Test func whatNoCubeHoldsIsNotCountedForAMoment() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let old = Times.now() - 11 * 366 * Times.day
            try await source.feed([TestEvent(.delivery, at: old)])
            let reports = Reports(database.pool(.console))
            let query = TrafficQuery(period: Period(from: Times.date(old - Times.day), to: Date()))
            let before = try await reports.traffic(query, by: nil).total
            _ = try await Upkeep(database.pool(.owner), logger: Logger(label: "test")).fold(grace: .zero)
            #expect(try await reports.traffic(query, by: nil).total == before)
        }
    }
}
