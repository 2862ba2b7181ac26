import Testing

@testable import MailEvents

/// Rule files: both forms, and what is said of a wrong one.
struct RuleFileTests {
    @Test func aRuleHasEveryConditionThatItsTableNames() throws {
        let file = try RuleFile(
            """
            # A comment.
            [[rule]]
            name = "full"   # another
            class = "Mailbox Full"
            category = "quota-issues"
            reply = ["452", "55x"]
            status = "x.2.2"
            text = ["over quota",
                'full',  # the last
            ]
            pattern = '(?i)bob\\b'
            """,
            file: "site.toml"
        )
        let rule = try #require(file.rules.first)
        #expect(file.rules.count == 1)
        #expect(rule.name == "full")
        #expect(rule.verdict == BounceVerdict(.mailboxFull, .quotaIssues))
        #expect(rule.replyCodes.map(\.codes) == [452..<453, 550..<560])
        #expect(rule.statuses == [try #require(StatusPattern("x.2.2"))])
        #expect(rule.texts == ["over quota", "full"])
        #expect(rule.pattern == "(?i)bob\\b")
        #expect(rule.line == 2)
    }

    @Test(arguments: ["Mailbox Full", "mailbox-full", "MailboxFull", "22", "mailboxFull"])
    func aClassMayBeWrittenInSeveralWays(_ name: String) {
        #expect(BounceVerdict(named: name) == BounceVerdict(.mailboxFull))
    }

    @Test func namesOfOtherServersMeanAClassAndACategory() {
        #expect(BounceVerdict(named: "InactiveMailbox") == BounceVerdict(.invalidRecipient, .inactiveMailbox))
        #expect(BounceVerdict(named: "virus-related") == BounceVerdict(.prohibitedAttachment, .virusRelated))
        #expect(BounceVerdict(named: "Nonsense") == nil)
        for name in KumoMTAClass.allCases { #expect(BounceVerdict(named: name.rawValue) != nil) }
        for name in PowerMTACategory.allCases { #expect(BounceVerdict(named: name.rawValue) != nil) }
    }

    @Test func theTwentyClassesHaveMomentumsCodesAndCategories() {
        #expect(
            BounceClass.allCases.map(\.rawValue) == [
                1, 10, 20, 21, 22, 23, 24, 25, 30, 40, 50, 51, 52, 53, 54, 60, 70, 80, 90, 100,
            ]
        )
        #expect(BounceCategory.allCases.count == 5)
        #expect(PowerMTACategory.allCases.count == 17)
        #expect(BounceClass.allCases.filter { $0.category == .block }.map(\.rawValue) == [50, 51, 52, 53, 54])
        #expect(BounceClass.allCases.filter { $0.category == .hard }.map(\.rawValue) == [10, 30, 90])
        #expect(BounceClass.allCases.filter { $0.category == .admin }.map(\.rawValue) == [25, 80])
    }

    @Test func aClassOfTheSitesOwnIsExplainedInTheFile() throws {
        let file = try RuleFile(
            "[classes]\nprofanity = \"Spam Content\"\n[rules]\nprofanity = ['rude']\n",
            file: "site.toml"
        )
        #expect(file.rules.first?.verdict == BounceVerdict(.spamContent))
        #expect(file.notices.isEmpty)
    }

    @Test func anUnexplainedClassInKumoMTAsFormLoadsWithANotice() throws {
        let file = try RuleFile("[rules]\nprofanity = ['rude']\n", file: "site.toml")
        #expect(file.rules.first?.verdict == BounceVerdict(.undetermined))
        #expect(file.rules.first?.label == "profanity")
        #expect(file.notices.first?.hasPrefix("site.toml:2: 'profanity' is no class that Mailmill knows") == true)
    }

    private static let wrongFiles: [(String, Int, String)] = [
        ("[[rule]]\nname = \"a\"\nclass = \"Nonsense\"\ntext = \"x\"", 3, "'Nonsense' is no class"),
        ("[[rule]]\nname = \"a\"\ntext = \"x\"", 1, "has no class"),
        ("[[rule]]\nclass = 10\ntext = \"x\"", 1, "has no name"),
        ("[[rule]]\nname = \"a\"\nclass = 10", 1, "has no condition"),
        ("[[rule]]\nname = \"a\"\nclass = 10\n\ntxet = \"x\"", 5, "'txet' is unknown"),
        ("[[rule]]\nname = \"a\"\nclass = 10\nreply = \"6xx\"", 4, "no reply code: expected 550, 55x or 5xx"),
        (
            "[[rule]]\nname = \"a\"\nclass = 10\nreply = 550", 4,
            "expected a reply code as a string in quotes, found a number"
        ),
        ("[[rule]]\nname = \"a\"\nclass = 10\nstatus = \"5.1\"", 4, "no enhanced status code: expected 5.1.1"),
        ("[[rule]]\nname = \"a\"\nclass = 10\ncategory = \"x\"\ntext = \"y\"", 4, "no category of PowerMTA"),
        ("[[rule]]\nname = \"a\"\nclass = 10\ntext = \" \"", 4, "an empty text"),
        (
            "[[rule]]\nname = \"a\"\nclass = 1\ntext = \"x\"\n[[rule]]\nname = \"a\"\nclass = 1\ntext = \"y\"", 5,
            "in line 1 too"
        ),
        ("[rules]\nSpamBlock = 'x'", 2, "expected an array of patterns, found a string"),
        ("[rules]\nSpamBlock = [1]", 2, "expected a pattern of SpamBlock as a string in quotes, found a number"),
        ("[rules]\nSpamBlock = ['x',\n'y'\n'z']", 4, "expected , or ] in the array, found '''"),
        ("[rules]\nSpamBlock = ['x'", 2, "the array is not closed"),
        ("[rules]\nSpamBlock = [\"\\d\"]", 2, "\\d is no escape"),
        ("[rules]\nSpamBlock = ['x]", 2, "the string is not closed"),
        ("[rules]\nSpamBlock = []\nSpamBlock = []", 3, "stands twice in this table"),
        ("[rules]\n[rules]\n", 2, "stands twice"),
        ("[rules\nSpamBlock = []", 1, "expected ]"),
        ("[rule]\nSpamBlock = []", 1, "[rule] is unknown: expected [rules], [[rule]] or [classes]"),
        ("SpamBlock = ['x']", 1, "the key SpamBlock is unknown"),
        ("# nothing\n", 1, "there is no rule"),
        ("[rules]\nSpamBlock = ['x'] trailing", 2, "expected the end of the line, found 't'"),
        ("[rules]\nSpamBlock", 2, "expected ="),
        (
            "[rules]\nSpamBlock = yes", 2,
            "expected a string in quotes, a number, true, false or an [array], found 'yes'"
        ),
    ]

    @Test(arguments: Self.wrongFiles)
    func aWrongFileSaysWhereAndWhatWasExpected(_ text: String, _ line: Int, _ problem: String) throws {
        let error = try #require(throws: RuleFileProblem.self) { try RuleFile(text, file: "site.toml") }
        #expect(error.line == line)
        #expect(error.problem.contains(problem), "\(error)")
        #expect(error.description.hasPrefix("site.toml:\(line): "))
    }

    @Test func aWrongPatternSaysWhereAndWhatIsWrong() throws {
        let file = try RuleFile("[rules]\nSpamBlock = [\n  'fine',\n  'a(b',\n]", file: "site.toml")
        let error = try #require(throws: RuleFileProblem.self) { try RuleSet([file]) }
        #expect(error.line == 4)
        #expect(error.problem.contains("'a(b' of SpamBlock 2 is no regular expression: missing closing parenthesis"))
    }

    @Test func bytesThatAreNotUTF8AreNoRules() throws {
        let error = try #require(throws: RuleFileProblem.self) { try RuleFile([0xFF], file: "site.toml") }
        #expect(error.problem == "the file is not UTF-8")
    }

    @Test func everyKindOfStringIsRead() throws {
        let file = try RuleFile(
            "\u{FEFF}[rules]\r\nSpamBlock = [\"a\\\\d\\u00e9\\t\", 'b\\d', '''\r\nc'd''', \"\"\"e\"f\\\n   g\"\"\"]\r\n"
                + "\"SpamContent\" = ['h']\r\nrules.x = 1\r\n".replacing("rules.x = 1\r\n", with: ""),
            file: "site.toml"
        )
        #expect(file.rules.map(\.pattern) == ["a\\dé\t", "b\\d", "c'd", "e\"fg", "h"])
    }
}
