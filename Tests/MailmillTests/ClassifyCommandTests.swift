import ArgumentParser
import MailEvents
import Testing

@testable import mailmill

struct ClassifyCommandTests {
    private let classifier: BounceClassifier

    init() throws {
        let site = try RuleFile(
            "[[rule]]\nname = \"ours\"\nclass = \"Spam Block\"\ntext = \"go away\"",
            file: "site.toml"
        )
        classifier = BounceClassifier(rules: try RuleSet([site]), hash: KeyedHash(key0: 1, key1: 2))
    }

    private func view(_ format: OutputFormat) -> JudgementView {
        JudgementView(rules: classifier.rules, format: format)
    }

    @Test func aReplyShowsItsClassItsReasonAndTheRuleThatFired() {
        let judgement = classifier.judge("550 Go away, 192.0.2.1")
        #expect(
            view(.table).document(judgement) == """
                class     51 Spam Block (Block): The receiver or a block list takes the sender for a source of spam.
                PowerMTA  spam-related
                rule      ours (site.toml:1)
                reason    550 Go away, {ip}
                """
        )
        #expect(
            view(.json).line(judgement)
                == #"{"bounce_class":51,"name":"Spam Block","category":"Block","powermta_category":"spam-related","#
                + #""rule":"ours","file":"site.toml","line":1,"label":"Spam Block","reason":"550 Go away, {ip}"}"#
        )
        #expect(view(.csv).line(judgement) == #"51,Spam Block,Block,spam-related,ours,site.toml:1,"550 Go away, {ip}""#)
        #expect(view(.csv).heading == "code,class,category,powermta,rule,place,reason")
    }

    @Test func aReplyThatNoRuleKnowsIsUndetermined() {
        let judgement = classifier.judge("550 who knows")
        #expect(view(.table).document(judgement).contains("class     1 Undetermined (Undetermined): "))
        #expect(view(.table).document(judgement).contains("rule      none fits"))
        #expect(view(.table).line(judgement).hasPrefix("1    Undetermined             Undetermined  other "))
        #expect(view(.json).line(judgement).contains(#""rule":null"#))
    }

    @Test func theListHasTheTwentyClasses() {
        #expect(ClassList.text(.table).split(separator: "\n").count == 21)
        #expect(ClassList.text(.csv).contains("22,Mailbox Full,Soft,quota-issues,The recipient's mailbox is full."))
    }

    @Test(arguments: [[], ["550 no", "--list"], ["550 no", "--only"], ["550 no", "--format", "xml"]])
    func argumentsThatDoNotFitAreRefused(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try ClassifyCommand.parse(arguments) }
    }

    @Test func aWrongRuleFileEndsWithTheStatusOfWrongData() throws {
        let problem = try #require(throws: RuleFileProblem.self) { try RuleFile("rules", file: "site.toml") }
        #expect(ExitStatus.of(problem) == ExitStatus.dataError)
        #expect("\(problem)" == "site.toml:1: expected = after the key rules")
    }
}
