import ReplyGenerator
import Testing

@testable import MailEvents

struct BundledRulesTests {
    @Test func everyReplyOfTheFixturesHasItsClass() throws {
        let classifier = BounceClassifier(
            rules: try BundledRules.ruleSet(),
            hash: KeyedHash(key0: 1, key1: 2),
            cacheLimit: 0
        )
        var values = ReplyValues(seed: 1)
        for shape in try ReplyShape.all() {
            let reply = shape.filled(&values)
            let judgement = classifier.judge(reply, recipient: values.name)
            let rule = judgement.rule.map { classifier.rules.rules[$0].name } ?? "no rule"
            let expected = BounceVerdict(shape.bounceClass, shape.powerMTA)
            #expect(judgement.verdict == expected, "\(rule): \(reply)")
        }
    }

    @Test func everyBundledRuleDecidesSomeReplyOfTheFixtures() throws {
        let rules = try BundledRules.ruleSet()
        let classifier = BounceClassifier(rules: rules, hash: KeyedHash(key0: 1, key1: 2), cacheLimit: 0)
        var values = ReplyValues(seed: 2)
        let decided = Set(try ReplyShape.all().compactMap { classifier.judge($0.filled(&values)).rule })
        #expect(rules.rules.indices.filter { !decided.contains($0) }.map { rules.rules[$0].name } == [])
    }

    @Test func theFixturesAreSeveralHundredDifferentReplies() throws {
        let templates = try ReplyShape.all().map(\.template)
        #expect(Set(templates).count == templates.count)
        #expect(templates.count >= 500)
    }
}
