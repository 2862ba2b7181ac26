import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// Failures are stored with their class and their canonical reason.
@Suite struct ClassificationTests {
    private func failure(_ kind: EventKind, _ reply: String, to local: String = "anna") -> TestEvent {
        var event = TestEvent(kind, at: Times.now())
        event.reply = reply
        event.local = local
        return event
    }

    @Test func aFailureHasItsClassAndARepliesReasonIsOneForAllRecipients() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let text = "550 5.1.1 <NAME@example.com>: Recipient address rejected: User unknown in virtual mailbox table"
            var told = failure(.permanentFailure, text.replacing("NAME", with: "carl"), to: "carl")
            told.bounceClass = BounceClass.spamBlock.rawValue
            try await source.feed([
                failure(.permanentFailure, text.replacing("NAME", with: "anna")),
                failure(.permanentFailure, text.replacing("NAME", with: "bob"), to: "bob"),
                told,
                failure(.delivery, "250 2.0.0 Ok: queued as 4ABC"),
                failure(.expiration, ""),
            ])
            let rows = try await database.pool(.report).query(
                "SELECT kind, bounce_class, reason FROM report_v1.event ORDER BY kind, recipient_local"
            )
            let classes = try rows.map { try $0.find("bounce_class", as: Int.self) }
            #expect(classes == [nil, 10, 10, 51, 24])
            let reasons: [String] = try rows.map { try $0.get("reason") }
            #expect(reasons[0].isEmpty && reasons[4].isEmpty)
            #expect(Set(reasons[1...3]).count == 1)
            #expect(reasons[1].contains("User unknown") && !reasons[1].contains("anna"))
        }
    }

    @Test func aSitesOwnRuleComesFirst() async throws {
        try await withScratchDatabase { database in
            let rule = "[[rule]]\nname = \"ours\"\nclass = \"Mail Block\"\ntext = \"user unknown\""
            let rules = try BundledRules.ruleSet(after: [RuleFile(rule, file: "site.toml")])
            let source = try await TestSource(database, rules: rules)
            try await source.feed([failure(.permanentFailure, "550 5.1.1 User unknown")])
            let row = try await database.pool(.report).query("SELECT bounce_class FROM report_v1.event").one()
            #expect(try row.get("bounce_class", as: Int.self) == Int(BounceClass.mailBlock.rawValue))
        }
    }

    @Test func reasonsPastTheLimitAreOther() async throws {
        try await withScratchDatabase { database in
            try await database.pool(.superuser).run("UPDATE ops.term_limit SET max_terms = 9 WHERE kind = 'reason'")
            let source = try await TestSource(database)
            let words = ["red", "blue", "green", "amber", "violet"].flatMap { one in
                ["sea", "lake", "pond", "river", "canal"].map { "\(one) \($0)" }
            }
            try await source.feed(words.map { failure(.transientFailure, "451 4.3.0 the \($0) is closed") })
            let reasons: [String] = try await database.pool(.report).query(
                "SELECT DISTINCT reason FROM report_v1.event"
            )
            .map { try $0.get("reason") }
            #expect(reasons.contains("other"))
            #expect((5...10).contains(reasons.count))
        }
    }
}
