import Testing

@testable import MailEvents

struct CanonicalReasonTests {
    private let classifier: BounceClassifier

    init() throws {
        let none = try RuleSet([RuleFile("[rules]\nUncategorized = ['x']", file: "none")])
        classifier = BounceClassifier(rules: none, hash: KeyedHash(key0: 1, key1: 2), cacheLimit: 0)
    }

    private func reason(_ reply: String, recipient: String = "") -> String {
        classifier.judge(reply, recipient: recipient).reason
    }

    private static let replacements: [(String, String)] = [
        (
            "550 5.1.1 <bob@example.org>: Recipient address rejected",
            "550 5.1.1 <{address}>: Recipient address rejected"
        ),
        ("550 no user bob@example.org, carol@example.org; dave@example.net", "550 no user {address}"),
        ("554 Client host [192.0.2.7] blocked", "554 Client host [{ip}] blocked"),
        ("554 2001:db8::7 and IPv6:2001:db8:0:1:2:3:4:5 and 192.0.2.7:25.", "554 {ip} and {ip} and {ip}."),
        ("550 mx1.example.org says no", "550 {host} says no"),
        (
            "554 blocked using zen.spamhaus.org; 7.2.0.192.zen.spamhaus.org",
            "554 blocked using zen.spamhaus.org; zen.spamhaus.org"
        ),
        ("554 a1b2c3d4e5f6g7h8.zen.dq.spamhaus.net", "554 zen.dq.spamhaus.net"),
        ("550 see https://example.org/a?b=1#c.", "550 see {url}."),
        ("550 see www.example.org/a/b (and example.org/c)", "550 see {url} (and {url})"),
        ("250 2.0.0 Ok: queued as 4TQxyz1Bvqz9", "250 2.0.0 Ok: queued as {id}"),
        ("550 id=1sXqzV-000AbC-2D", "550 id={id}"),
        ("550 5.1.1 a640c23a62f3a-b2f1a2b3c4dsi123456.12 - gsmtp", "550 5.1.1 {id} - gsmtp"),
        (
            "552 size 35882577 exceeds 10,485,760 bytes or 10MB",
            "552 size {number} exceeds {number} bytes or {number}MB"
        ),
        ("450 wait 00:04:59 until Thu, 05 Mar 2026 10:04:05 +0100 (CET)", "450 wait {time} until {time} (CET)"),
        ("450 2026-03-05T10:04:05.678Z; Thu Mar  5 10:04:05 2026; 5 Mar 2026", "450 {time}"),
        (
            "451 no 550 5.7.1 in (554.30) (S3150) [TSS04] OU-001 RFC 5321",
            "451 no 550 5.7.1 in (554.30) (S3150) [TSS04] OU-001 RFC 5321"
        ),
        (
            "550 STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded",
            "550 STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded"
        ),
        (
            "550 This address doesn't exist.Please check e.g. the list",
            "550 This address doesn't exist.Please check e.g. the list"
        ),
        ("550 <bob>: unknown <>", "550 <{name}>: unknown <>"),
        ("550 o'brien@example.org isn't here", "550 {address} isn't here"),
        ("550 @example.org and bob@[192.0.2.1]", "550 @{host} and {address}[{ip}]"),
        ("550-5.1.1 one\r\n550-5.1.1 two\r\n550 5.1.1 three", "550 5.1.1 one two three"),
        ("550-5.1.1 one 550 5.1.1 two", "550 5.1.1 one two"),
        ("550-one\\r\\n550 two", "550 one two"),
        ("550 one \\n550 two\n550 three", "550 one two three"),
        ("550 550-5.1.1 one\\r\\n550-5.1.1 two", "550 5.1.1 one two"), ("550 550", "550"),
        ("550 see 550 more", "550 see {number} more"),
        ("host mx.example.org[192.0.2.1] said: 550 5.1.1 no (in reply to RCPT TO command)", "550 5.1.1 no"),
        ("SMTP error from remote mail server after RCPT TO:<bob@example.org>: 550 5.1.1 no", "550 5.1.1 no"),
        ("smtp; 550 5.1.1 no", "550 5.1.1 no"),
        (
            "connect to mx.example.org[192.0.2.1]:25: Connection timed out",
            "connect to {host}[{ip}]:{number}: Connection timed out"
        ),
        ("", ""),
        ("   \u{1}\n ", ""),
        ("550", "550"),
    ]

    @Test(arguments: Self.replacements)
    func whatDiffersFromMessageToMessageIsReplaced(_ reply: String, _ expected: String) {
        #expect(reason(reply) == expected)
    }

    @Test func theRecipientsNameIsLeftOutWhereItIsAWordOfItsOwn() {
        #expect(reason("550 no such user bob", recipient: "Bob") == "550 no such user {name}")
        #expect(reason("550 bobby is not bob.", recipient: "bob") == "550 bobby is not {name}.")
        #expect(reason("550 user unknown", recipient: "user") == "550 user unknown")
        #expect(reason("550 mailbox 'jane.doe' full", recipient: "jane.doe") == "550 mailbox '{name}' full")
    }

    @Test func whatTheLogTellsBesideTheTextComesBeforeIt() {
        let told = ToldReply(code: 550, status: ReplyStatus(class: 5, subject: 1, detail: 1))
        #expect(classifier.judge("no such user", told: told).reason == "550 5.1.1 no such user")
        #expect(classifier.judge("552 too big", told: told).reason == "552 too big")
    }

    @Test func aLongReasonEndsAtAWord() {
        let reason = reason("550 " + String(repeating: "lengthy words ", count: 200))
        #expect(reason.utf8.count <= CanonicalReason.maximumLength)
        #expect(reason.hasSuffix(" lengthy…") || reason.hasSuffix(" words…"))
        let one = self.reason(String(repeating: "é", count: 2000))
        #expect(one.utf8.count <= CanonicalReason.maximumLength)
        #expect(one.allSatisfy { $0 == "é" || $0 == "…" })
    }

    @Test func bytesThatAreNotUTF8AreReplaced() {
        let bytes: [UInt8] = [0x35, 0x35, 0x30, 0x20, 0xFF, 0xC3, 0x28, 0xE2, 0x82, 0x00, 0xC3, 0xA9]
        let judged = bytes.withUnsafeBytes { classifier.judge($0) }
        #expect(judged.reason == "550 \u{FFFD}\u{FFFD}(\u{FFFD}\u{FFFD} é")
    }
}
