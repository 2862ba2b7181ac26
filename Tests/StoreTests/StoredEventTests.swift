import Foundation
import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// What stands in the log arrives in the database, or what can be stored of it.
@Suite struct StoredEventTests {
    @Test func everyFieldArrives() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let at = Times.floor(Times.now(), Times.second) + 123_456
            var event = TestEvent(.delivery, at: at)
            event.domain = "Example.COM."
            event.sender = "example.org"
            event.group = "out"
            event.binding = "smtp"
            event.host = "mx.example.net"
            event.address = "2001:db8::25"
            event.reply = "250 2.0.0 Ok: queued"
            event.size = 5_000_000_000
            event.delay = 1234
            event.replyCode = 250
            event.attempt = 2
            try await source.feed([event])
            let row = try await database.pool(.report).query(
                "SELECT *, remote_address::text AS ip FROM report_v1.event"
            ).one()
            #expect(try row.get("occurred_at", as: Timestamp.self).microseconds == at)
            let texts: [String] = try [
                "node", "message_id", "recipient_local", "recipient_domain", "sender_local", "sender_domain",
                "binding_group", "binding", "remote_host", "ip", "reply",
            ].map { try row.get($0) }
            #expect(
                texts == [
                    "mx1", "4ABC", "anna", "example.com", "bounces", "example.org", "out", "smtp", "mx.example.net",
                    "2001:db8::25/128", "250 2.0.0 Ok: queued",
                ]
            )
            #expect(try row.get("kind", as: Int.self) == 2)
            #expect(try row.get("size", as: Int.self) == 2_147_483_647)
            #expect(try row.get("delay_ms", as: Int.self) == 1234)
            #expect(try row.get("reply_code", as: Int.self) == 250)
            #expect(try row.get("attempt", as: Int.self) == 2)
        }
    }

    /// `commit_batch` moves whole rows: a column in another place would get another's values.
    @Test func theBatchTableHasTheColumnsOfTheEventTable() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.superuser)
            let connection = try await database.connect(.collector)
            try await connection.query("SELECT source_id FROM ingest_v1.open_source('mx1', 'x', 'postfix', false)")
            let rows = try await pool.query(
                """
                SELECT string_agg(a.attname || ' ' || a.atttypid::regtype || ' ' || a.attnotnull, ', ' ORDER BY a.attnum) AS columns
                FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
                WHERE c.relname = 'event_batch' OR c.oid = 'rt_log.event'::regclass
                GROUP BY c.oid
                """
            )
            let columns: [String] = try rows.map { try $0.get("columns") }
            #expect(columns.count == 2)
            #expect(Set(columns).count == 1, "\(columns)")
        }
    }

    @Test func whatTheLogDoesNotTellIsNull() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            var event = TestEvent(.reception, at: Times.now())
            event.domain = ""
            event.sender = ""
            event.local = ""
            event.messageID = ""
            try await source.feed([event])
            let row = try await database.pool(.superuser).query(
                """
                SELECT num_nonnulls(size, delay_ms, status, attempt, reply_code, stage, bounce_class, remote_address, reply) AS told,
                    message_hash = 0 AND recipient_hash = 0 AND sender_hash = 0 AS unhashed,
                    domain_id = 0 AND sender_domain_id = 0 AND binding_id = 0 AND host_id = 0 AS unnamed
                FROM rt_log.event
                """
            ).one()
            #expect(try row.get("told", as: Int.self) == 0)
            #expect(try row.get("unhashed", as: Bool.self))
            #expect(try row.get("unnamed", as: Bool.self))
        }
    }

    @Test(
        arguments: [
            ("192.0.2.7", "192.0.2.7/32"), ("2001:db8::1", "2001:db8::1/128"),
            ("::ffff:192.0.2.7", "::ffff:192.0.2.7/128"),
            ("192.0.2.256", nil), ("192.0.2", nil), ("unknown", nil), ("2001:db8::g", nil), ("[192.0.2.7]", nil),
            ("192.0.2.7/24", nil), ("fe80::1%eth0", nil), ("1", nil), (String(repeating: "1", count: 300), nil),
        ] as [(String, String?)]
    )
    func anAddressIsStoredIfItIsOne(text: String, stored: String?) async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            var event = TestEvent(.delivery, at: Times.now())
            event.address = text
            try await source.feed([event])
            let row = try await database.pool(.superuser).query("SELECT remote_address::text AS ip FROM rt_log.event")
                .one()
            #expect(try row.find("ip", as: String.self) == stored)
        }
    }

    @Test func bytesThatAreNoTextAreStoredRepaired() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            var batch = EventBatch(fileID: source.file.fileID, from: 0, fingerprint: .ofTests)
            for broken in [[0xFF, 0xFE, 0x41], [0x41, 0, 0x42], [0xC3], [0xED, 0xA0, 0x80], [0xF0, 0x9F, 0x99]]
                as [[UInt8]]
            {
                var mail = MailEvent(occurredAt: Times.now(), kind: .delivery)
                mail.messageID = batch.append(broken)
                mail.recipientLocal = batch.append(broken)
                mail.recipientDomain = batch.append(broken + Array(".example.com".utf8))
                mail.binding = batch.append(broken)
                mail.remoteHost = batch.append(broken)
                mail.remoteAddress = batch.append(broken)
                mail.reply = batch.append(broken)
                batch.events.append(mail)
            }
            batch.to = Int64(batch.bytes.count)
            #expect(try await source.session.commit(batch) == .committed)
            let rows = try await database.pool(.superuser).query("SELECT message_id, reply FROM rt_log.event")
            #expect(rows.count == 5)
            #expect(try rows.allSatisfy { try $0.get("message_id", as: String.self).contains("\u{FFFD}") })
        }
    }

    @Test func whatIsTooLongIsCutAtACharacterAndNamesPastTheLimitAreOther() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            var event = TestEvent(.delivery, at: Times.now())
            event.messageID = String(repeating: "ü", count: 5000)
            event.local = String(repeating: "x", count: 100_000)
            event.reply = "a" + String(repeating: "🙂", count: 5000)
            event.domain = String(repeating: "d", count: 256)
            event.host = String(repeating: "h", count: 300)
            event.binding = String(repeating: "b", count: 300)
            #expect(try await source.feed([event]) == .committed)
            let row = try await database.pool(.superuser).query("SELECT * FROM rt_log.event").one()
            #expect(try row.get("message_id", as: String.self).allSatisfy { $0 == "ü" })
            #expect(try row.get("message_id", as: String.self).utf8.count <= 320)
            #expect(try row.get("recipient_local", as: String.self).count == 320)
            #expect(try row.get("reply", as: String.self).dropFirst().allSatisfy { $0 == "🙂" })
            for column in ["domain_id", "host_id", "binding_id"] { #expect(try row.get(column, as: Int.self) == 1) }
        }
    }

    @Test func aFieldThatPointsOutsideIsEmptyAndStopsNothing() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            var batch = source.next([TestEvent(.delivery, at: Times.now())])
            batch.events[0].reply = Field(offset: 1_000_000, length: 10)
            batch.events[0].recipientDomain = Field(offset: .max, length: .max)
            let odd = batch
            #expect(try await source.session.commit(odd) == .committed)
        }
    }

    @Test func theSameAddressHasTheSameHashOnEveryNodeAndInEverySpelling() async throws {
        try await withScratchDatabase { database in
            for (node, local, domain) in [("mx1", "Anna", "Example.com"), ("mx2", "anna", "example.COM.")] {
                let source = try await TestSource(database, node: node)
                var event = TestEvent(.delivery, at: Times.now())
                event.local = local
                event.domain = domain
                try await source.feed([event])
            }
            let pool = database.pool(.superuser)
            #expect(try await pool.number("SELECT count(DISTINCT recipient_hash) FROM rt_log.event") == 1)
            #expect(try await pool.number("SELECT count(*) FROM rt_log.event WHERE recipient_hash <> 0") == 2)
        }
    }

    @Test func transfersAreStoredAndNeverCounted() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            try await source.feed([TestEvent(.transfer, at: Times.now()), TestEvent(.delivery, at: Times.now())])
            let pool = database.pool(.superuser)
            #expect(try await pool.number("SELECT count(*) FROM rt_log.event WHERE kind = 11") == 1)
            #expect(try await pool.number("SELECT count(*) FROM rt_log.traffic_delta") == 1)
            try await source.feed([TestEvent(.transfer, at: Times.now() - 3 * Times.day)])
            #expect(try await pool.number("SELECT count(*) FROM rt_log.event WHERE kind = 11") == 2)
            let report = try await Reports(database.pool(.console)).traffic(
                TrafficQuery(period: Period(from: Date() - 4 * 86_400.5, to: Date() + 1)),
                by: .both
            )
            #expect(report.rows.count == 1)
            #expect(report.total.deliveries == 1)
        }
    }
}
