import Testing

@testable import MailEvents

/// Which rule decides.
struct RuleSetTests {
    private func fired(_ rules: String, _ reply: String, told: ToldReply = .nothing) throws -> String? {
        let set = try RuleSet([RuleFile(rules, file: "site.toml")])
        let classifier = BounceClassifier(rules: set, hash: KeyedHash(key0: 1, key1: 2))
        let judgement = classifier.judge(reply, told: told)
        return judgement.rule.map { set.rules[$0].name }
    }

    private func rule(_ name: String, _ conditions: String) -> String {
        "[[rule]]\nname = \"\(name)\"\nclass = 10\n\(conditions)\n"
    }

    @Test func theFirstRuleThatFitsDecides() throws {
        let rules = rule("first", "text = \"full\"") + rule("second", "text = \"mailbox full\"")
        #expect(try fired(rules, "550 Mailbox FULL") == "first")
        #expect(try fired(rules, "550 nothing") == nil)
    }

    @Test func theOrderHoldsAcrossMoreRulesThanAWordHasBits() throws {
        let rules = (0..<200).map { rule("r\($0)", "text = [\"t\($0)x\", \"every\"]") }.joined()
        #expect(try fired(rules, "550 t199x") == "r199")
        #expect(try fired(rules, "550 t199x t64x") == "r64")
        #expect(try fired(rules, "550 every") == "r0")
    }

    @Test func aTextMayBeWithinAnother() throws {
        let rules = rule("long", "text = \"abcde\"") + rule("short", "text = \"bc\"") + rule("tail", "text = \"cde\"")
        #expect(try fired(rules, "550 abcd") == "short")
        #expect(try fired(rules, "550 xcde") == "tail")
        #expect(try fired(rules, "550 ababcde") == "long")
    }

    @Test func replyCodesAndStatusesNarrowARule() throws {
        let rules =
            rule("temporary", "reply = \"4xx\"\ntext = \"full\"") + rule("status", "status = [\"5.2.x\", \"x.9.9\"]")
            + rule("code", "reply = [\"550\"]")
        #expect(try fired(rules, "452 full") == "temporary")
        #expect(try fired(rules, "552 full") == nil)
        #expect(try fired(rules, "552 5.2.7 full") == "status")
        #expect(try fired(rules, "452 4.9.9 no") == "status")
        #expect(try fired(rules, "550 5.1.1 full") == "code")
        #expect(try fired(rules, "full") == nil)
        #expect(try fired(rules, "552 sorry (#5.2.2)") == "status")
    }

    @Test func whatTheLogTellsCountsWhereTheTextHasNone() throws {
        let rules = rule("status", "status = \"4.4.1\"") + rule("code", "reply = \"450\"")
        let told = ToldReply(code: nil, status: ReplyStatus(class: 4, subject: 4, detail: 1))
        #expect(try fired(rules, "no answer", told: told) == "status")
        #expect(try fired(rules, "no answer", told: ToldReply(code: 450)) == "code")
        #expect(try fired(rules, "550 5.1.1 no answer", told: told) == nil)
    }

    @Test func aSitesRulesComeBeforeTheBundled() throws {
        let site = try RuleFile("[rules]\nSpamBlock = ['(?i)^550 5.1.1 user']", file: "site.toml")
        let set = try BundledRules.ruleSet(after: [site])
        let classifier = BounceClassifier(rules: set, hash: KeyedHash(key0: 1, key1: 2))
        #expect(classifier.judge("550 5.1.1 User unknown").verdict.bounceClass == .spamBlock)
        #expect(classifier.judge("550 5.1.1 No such user").verdict.bounceClass == .invalidRecipient)
    }

    @Test func aPatternThatRunsAwayDoesNotMatch() throws {
        let rules = rule("runaway", "pattern = '(a+)+$'") + rule("after", "text = \"aaaa\"")
        #expect(try fired(rules, "550 " + String(repeating: "a", count: 900) + "b") == "after")
    }

    @Test func damagedBytesCanStillBeClassified() throws {
        let set = try RuleSet([RuleFile(rule("x", "pattern = '(?i)é|unknown user\\b'"), file: "site.toml")])
        let classifier = BounceClassifier(rules: set, hash: KeyedHash(key0: 1, key1: 2))
        let bytes: [UInt8] = Array("550 ".utf8) + [0xFF, 0xC3, 0x28] + Array(" Unknown user".utf8)
        #expect(bytes.withUnsafeBytes { classifier.judge($0) }.rule == 0)
        #expect(classifier.judge("550 É").rule == 0)
    }

    private static let requirements: [(String, String, [String]?)] = [
        ("^(451|550) [45]\\.1\\.[1234] ", "550 5.1.1 x", ["451", "550"]),
        ("^552.+mailbox not found", "552 a mailbox not found", ["mailbox not found"]),
        ("abc?d", "550 abd", ["ab"]), ("abc*", "550 ab", ["ab"]), ("abc+d", "550 abccd", ["abc"]),
        ("ab{0,2}cd", "550 acd", ["cd"]),
        ("(foo|bar)?quux", "550 quux", ["quux"]), ("foo|bar", "550 bar", ["foo", "bar"]), ("foo|b.r", "550 bar", nil),
        ("(?i)FOO", "550 foo", ["FOO"]), ("(?x) f o o", "550 foo", nil), ("\\Qa.b\\E", "550 a.b", nil),
        ("a\\.b\\/c", "550 a.b/c", ["a.b/c"]),
        ("[[:alpha:]]+xyz", "550 abxyz", ["xyz"]), ("(?=foo)f", "550 foo", nil), ("(?!bar)foo", "550 foo", ["foo"]),
        ("(?:ab|cd)+ef", "550 cdef", ["ab", "cd"]),
        ("(?P<n>abc)d", "550 abcd", ["abc"]), (".*", "550 x", nil), ("(ab(c|d))", "550 abd", ["ab"]),
        ("x[]]yz", "550 x]yz", ["yz"]), ("éabc", "550 éabc", ["abc"]),
    ]

    /// The prefilter must never hide a rule: each pattern against texts that it matches.
    @Test(arguments: Self.requirements)
    func textsThatAPatternRequiresAreFound(_ pattern: String, _ reply: String, _ texts: [String]?) throws {
        #expect(RequiredText.of(pattern).map { $0.map { String(decoding: $0, as: UTF8.self) } } == texts)
        #expect(try fired(rule("x", "pattern = '''\(pattern)'''"), reply) == "x")
    }
}
