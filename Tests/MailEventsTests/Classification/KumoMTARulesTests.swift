import Testing

@testable import MailEvents

/// KumoMTA's own rule files load as they are: this one has every feature of syntax and of expressions that its
/// documentation and the file by IANA's registry use, in sentences of ours.
struct KumoMTARulesTests {
    private static let file = #"""
        # Enhanced status codes
        # of the registry.
        [rules]
        InvalidRecipient = [
          "^(451|550) [45]\\.1\\.[1234] ",
          "^45[02] [45]\\.2\\.4 ", # list expansion
          "^5\\d{2} [45]\\.7\\.17 ", # another owner
        ]
        InactiveMailbox = [
          "^(451|550) [45]\\.1\\.[6] ",
          "^[45]\\d{2} [45]\\.2\\.1 ",
        ]
        InvalidSender = [
        ]
        MessageExpired = [
          "^\\d{3} [45]\\.4\\.7 ",
        ]
        ProtocolErrors = [
          "^\\d{3} [45]\\.5\\.\\d+ ",
        ]
        AuthenticationFailed = [
          "^5\\d{2} [45]\\.7\\.(0|1|2|3|10|11|30) ",
        ]
        TooManyRecipients = [
          "^[45]\\d{2} [45]\\.5\\.3 ", # never reached: ProtocolErrors has it before
        ]
        QuotaIssues = ["^552.+user's box is stuffed", "is full / Inode limit", "^554.+Quota gone \\(box of user\\)"]
        "Own label" = ["^550.+User.+gone$"]
        """#

    private static let decisions: [(String, String?)] = [
        ("550 5.1.1 x", "InvalidRecipient 1"), ("451 4.1.4 x", "InvalidRecipient 1"),
        ("452 4.2.4 x", "InvalidRecipient 2"),
        ("599 5.7.17 x", "InvalidRecipient 3"), ("550 5.1.6 x", "InactiveMailbox 1"),
        ("450 4.2.1 x", "InactiveMailbox 2"),
        ("554 5.4.7 x", "MessageExpired 1"), ("501 5.5.12 x", "ProtocolErrors 1"), ("452 4.5.3 x", "ProtocolErrors 1"),
        ("535 5.7.30 x", "AuthenticationFailed 1"), ("552 so the user's box is stuffed", "QuotaIssues 1"),
        ("550 it is full / Inode limit", "QuotaIssues 2"), ("554 Quota gone (box of user)", "QuotaIssues 3"),
        ("550 User bob gone", "Own label 1"), ("550 User bob gone.", nil), ("550 user bob gone", nil),
        ("250 5.1.1 x", nil),
        ("552 5.1.1 x", nil), ("550 5.7.99 x", nil),
    ]

    @Test(arguments: Self.decisions)
    func theFirstPatternInTheFilesOrderDecides(_ reply: String, _ rule: String?) throws {
        let set = try RuleSet([RuleFile(Self.file, file: "iana.toml")])
        let classifier = BounceClassifier(rules: set, hash: KeyedHash(key0: 1, key1: 2))
        let index = classifier.judge(reply).rule
        #expect(index.map { set.rules[$0].name } == rule)
    }

    @Test func classesMeanMomentumsAndPowerMTAs() throws {
        let file = try RuleFile(Self.file, file: "iana.toml")
        #expect(file.rules.first { $0.label == "MessageExpired" }?.verdict == BounceVerdict(.timeout, .messageExpired))
        #expect(file.rules.first { $0.label == "Own label" }?.verdict == BounceVerdict(.undetermined))
        #expect(file.notices.count == 1)
        #expect(file.rules.map(\.line).prefix(4) == [5, 6, 7, 10])
    }
}
