import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// How a backlog is folded.
@Suite struct FoldTests {
    @Test func roundsGrowWhileTheyAreShortAndShrinkWhenTheyAreLong() {
        var pace = FoldPace()
        let first = pace.minutes
        pace.note(.seconds(20))
        #expect(pace.minutes == first)
        pace.note(.seconds(1))
        #expect(pace.minutes == 2 * first)
        for _ in 0..<20 { pace.note(.seconds(1)) }
        #expect(pace.minutes == 720)
        for _ in 0..<20 { pace.note(.seconds(60)) }
        #expect(pace.minutes == 60)
    }

    @Test func theDeltaIsFoldedWhileEventsAre() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            try await source.feed([TestEvent(.delivery, at: Times.now() - Times.hour)])
            let folder = try await database.connect(.superuser)
            try await folder.run("BEGIN")
            try await folder.run(SQLFile.query("upkeep/lock_fold_mark"))
            #expect(try await Upkeep(database).fold(grace: .zero) == 1)
            try await folder.run("COMMIT")
        }
    }

    /// Rounds end at whole hours; each grain is right after every one of them.
    @Test func aBacklogOfDaysIsFoldedInRoundsAndAllGrainsAgree() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let hours: Int64 = 50
            for hour in 0..<hours {
                let at = Times.now() - (hours - hour) * Times.hour
                try await source.feed((0..<3).map { TestEvent(.delivery, at: at + $0 * Times.minute) })
            }
            let pool = database.pool(.superuser)
            #expect(try await Upkeep(database).run(.fold) > 0)
            #expect(try await pool.number("SELECT count(*) FROM rt_log.traffic_delta") == 0)
            for cube in [
                "total_by_minute", "wide_by_hour", "pair_by_6_hours", "traffic_by_64_days", "domain_by_8_days",
            ] {
                #expect(try await pool.number("SELECT sum(deliveries) FROM rt_log.\(cube)") == 3 * hours, "\(cube)")
            }
            for cube in ["every_domain_by_hour", "ranked_by_day", "delivery_by_64_days"] {
                #expect(try await pool.number("SELECT sum(deliveries) FROM rt_log.\(cube)") == 3 * hours, "\(cube)")
            }
            #expect(try await pool.query("SELECT * FROM ops.check_figures()").count == 0)
        }
    }
}
