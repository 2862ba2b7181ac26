import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// No report reads an event where a cube serves.
@Suite struct ReportPlanTests {
    /// Each function of `report_v1` behind a page or a command, told apart and limited in every way that a cube answers.
    private static let reports: [String] =
        [
            "breakdown(PERIOD)", "breakdown(PERIOD, by_domain => true)", "breakdown(PERIOD, by_binding => true)",
            "breakdown(PERIOD, by_domain => true, by_binding => true)", "breakdown(PERIOD, by_node => true)",
            "breakdown(PERIOD, only_node => 'mx1', by_domain => true)",
            "breakdown(PERIOD, only_binding => 'b1', by_domain => true)",
            "traffic(PERIOD, step => '1 hour')", "traffic(PERIOD, only_node => 'mx1', step => '1 hour')",
            "traffic(PERIOD, only_binding => 'b1', step => '1 hour')", "traffic(PERIOD, step => '1 day')",
        ]
        + ["{reason}", "{kind,class}", "{node}", "{binding,reason}", "{domain,class}"].flatMap { keys in
            ["", ", only_node => 'mx1'", ", only_binding => 'b1'", ", only_domain => 'ranked.example'"].map {
                "failures(PERIOD\($0), by => '\(keys)')"
            }
        } + [
            "delivery_times(PERIOD)", "delivery_times(PERIOD, only_node => 'mx1')",
            "delivery_times(PERIOD, only_binding => 'b1')", "delivery_times(PERIOD, only_domain => 'ranked.example')",
            "domain_traffic(PERIOD, 'ranked.example')", "domain_traffic(PERIOD, 'ranked.example', true)",
            "domain_traffic(PERIOD, 'ranked.example', false, '1 hour')", "domain_traffic(PERIOD, 'unranked.example')",
        ]

    /// Two nodes' traffic of three days, folded; one domain that the cubes name, one that they do not.
    private func fill(_ database: ScratchDatabase) async throws {
        let pool = database.pool(.superuser)
        try await pool.run(
            """
            INSERT INTO rt_log.domain (name) VALUES ('ranked.example'), ('unranked.example');
            INSERT INTO rt_log.domain_tier (domain_id, tier, valid_from)
            SELECT d.term_id, t.tier, '-infinity' FROM rt_log.domain AS d, (VALUES ('minute'), ('hour')) AS t (tier)
            WHERE d.name = 'ranked.example'
            """
        )
        for node in ["mx1", "mx2"] {
            var events = (0..<300).map { number in
                var event = TestEvent(
                    [.reception, .delivery, .transientFailure, .permanentFailure][Int(number % 4)],
                    at: Times.now() - 3 * Times.day + Int64(number) * 14 * Times.minute
                )
                event.domain = number % 3 == 0 ? "ranked.example" : "unranked.example"
                event.group = "out"
                event.binding = "b\(number % 2)"
                event.reply = "550 5.1.1 no such user"
                event.delay = 1000
                return event
            }
            events.removeAll { $0.at > Times.now() - Times.hour }
            try await TestSource(database, node: node).feed(events)
        }
        _ = try await Upkeep(database).run(.fold)
        try await pool.run("VACUUM ANALYZE")
    }

    @Test func noReportOfWholeHoursReadsEventsThatAreFolded() async throws {
        try await withScratchDatabase { database in
            try await fill(database)
            let connection = try await database.connect(.superuser)
            for report in Self.reports {
                // Ends an hour ago: all of it is folded.
                let hour = "date_trunc('hour', now() - interval '1 hour', 'UTC')"
                let period = "\(hour) - interval '66 hours', \(hour)"
                let statement = "SELECT * FROM report_v1.\(report.replacing("PERIOD", with: period))"
                let touched = try await touches(of: statement, [], connection)
                #expect(touched.allSatisfy { !$0.table.hasPrefix("event_") }, "\(report): \(touched)")
                #expect(touched.contains { $0.table.contains("_by_") && $0.rows > 0 }, "\(report): \(touched)")
            }
        }
    }

    /// Up to now: events since the last fold only, found by time.
    @Test func reportsUpToNowReadOnlyEventsSinceTheLastFold() async throws {
        try await withScratchDatabase { database in
            try await fill(database)
            try await TestSource(database, node: "mx1").feed([TestEvent(.delivery, at: Times.now())])
            let connection = try await database.connect(.superuser)
            for report in Self.reports {
                let period = "date_trunc('hour', now(), 'UTC') - interval '66 hours', now() + interval '1 second'"
                let statement = "SELECT * FROM report_v1.\(report.replacing("PERIOD", with: period))"
                let touched = try await touches(of: statement, [], connection)
                let days = touched.filter { $0.table.hasPrefix("event_") }
                #expect(days.count <= 1, "\(report): \(touched)")
            }
        }
    }
}
