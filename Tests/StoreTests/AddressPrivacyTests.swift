import Logging
import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// What is stored of people's addresses.
@Suite struct AddressPrivacyTests {
    /// What every text column of the database holds, after one event and one line that could not be read.
    private func stored(_ privacy: AddressPrivacy, reply: String, local: String = "anna") async throws -> [String] {
        try await withScratchDatabase { database in
            let rules = try BundledRules.ruleSet()
            let session = IngestSession(
                database.settings(.collector),
                rules: rules,
                addresses: privacy,
                logger: Logger(label: "test")
            )
            _ = try await session.open(node: "mx1", name: "/x", format: "postfix", isSample: false)
            let file = try await session.register(name: "/x", fingerprint: .ofTests)
            var event = TestEvent(.permanentFailure, at: Times.now())
            event.local = local
            event.sender = "example.org"
            event.reply = reply
            var batch = EventBatch.of([event], file: file, from: 0)
            let line = batch.append("smtp: broken to=<\(local)@example.com> from=<bounces@example.org>")
            batch.unread.append(LineUnread(position: 3, text: line, reason: .missingField))
            batch.to = Int64(batch.bytes.count)
            #expect(try await session.commit(batch) == .committed)
            let row = try await database.pool(.superuser).query(
                """
                SELECT e.recipient_local, e.sender_local, e.reply, r.name AS reason, convert_from(q.line, 'UTF8') AS line,
                    (e.recipient_hash <> 0)::text AS is_traced
                FROM rt_log.event AS e JOIN rt_log.reason AS r ON r.term_id = e.reason_id, rt_log.quarantine AS q
                """
            ).one()
            return try ["recipient_local", "sender_local", "reply", "reason", "line", "is_traced"].map {
                try row.get($0)
            }
        }
    }

    private let reply = "550 5.1.1 <Anna@Example.com>: anna unknown, see postmaster@example.com. annabel"

    @Test func wholeAddressesAreStoredAsTheLogHasThem() async throws {
        let texts = try await stored(.whole, reply: reply)
        #expect(texts[0...2] == ["anna", "bounces", reply])
        #expect(texts[4].contains("anna@example.com") && texts[5] == "true")
    }

    @Test func domainsOnlyLeaveNobodyToBeFound() async throws {
        let texts = try await stored(.domain, reply: reply)
        #expect(texts[0...1] == ["", ""])
        #expect(texts[2] == "550 5.1.1 <…@Example.com>: … unknown, see …@example.com. annabel")
        #expect(texts[4] == "smtp: broken to=<…@example.com> from=<…@example.org>")
        #expect(texts[5] == "false")
        #expect(texts.allSatisfy { !$0.lowercased().replacing("annabel", with: "").contains("anna") })
    }

    @Test func aHashStandsForEachNameAndTheSameOneEverywhere() async throws {
        let texts = try await stored(.hash, reply: reply)
        let (anna, bounces) = (texts[0], texts[1])
        #expect(anna.count == 16 && bounces.count == 16 && anna != bounces)
        #expect(texts[2].hasPrefix("550 5.1.1 <\(anna)@Example.com>: \(anna) unknown, see "))
        #expect(texts[4] == "smtp: broken to=<\(anna)@example.com> from=<\(bounces)@example.org>")
        #expect(texts[5] == "true")
        #expect(texts.allSatisfy { !$0.lowercased().replacing("annabel", with: "").contains("anna") })
    }

    @Test(
        arguments: [
            ("@", "@"), ("@example.com", "@example.com"), ("anna@", "…@"), ("a b@c d", "a …@c d"),
            ("<\"an na\"@example.com>", "<…@example.com>"), ("anna@[192.0.2.1]", "…@[192.0.2.1]"),
            ("anna@example.com@example.net", "…@…@example.net"), ("ANNA", "…"), ("anna.anna", "….…"),
            ("annas anna_ xanna", "annas anna_ xanna"), ("jörg@exämple.com", "…@exämple.com"),
        ]
    )
    func whateverStandsBeforeAnAtIsAName(text: String, scrubbed: String) async throws {
        #expect(try await stored(.domain, reply: text)[2] == scrubbed)
    }
}
