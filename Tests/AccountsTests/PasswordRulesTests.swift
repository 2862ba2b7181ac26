import LogGenerator
import Testing

@testable import Accounts

@Suite struct PasswordRulesTests {
    let rules = PasswordRules()
    let name: AccountName

    init() throws {
        self.name = try AccountName("jo.miller")
    }

    @Test(arguments: [
        "seven grey geese", "tR0ub4dor&3-and-more", "дождь идёт весь день", "         spaces   count",
        "password-less-river-otter", "kx7-qqm2p-99vd-aa",
    ])
    func goodPasswordsAreTakenWhateverTheirCharacters(password: String) {
        #expect(rules.problem(of: password, for: name) == nil)
    }

    @Test func elevenCharactersAreTooFew() {
        #expect(rules.problem(of: "grey geese!", for: name) == .tooShort(minimum: 12))
        #expect(rules.problem(of: "grey geese!!", for: name) == nil)
    }

    @Test func lengthCountsCharactersNotBytes() {
        #expect(rules.problem(of: "дождьидётдн", for: name) == .tooShort(minimum: 12))
    }

    @Test func passwordThatCostsTooMuchToHashIsRefused() {
        let long = (0..<300).map { String($0) }.joined()
        #expect(rules.problem(of: long, for: name) == .tooLong(maximum: 256))
    }

    @Test(arguments: ["jo.miller1234", "JO.Miller2026!", "jo.millerjo.miller", "xx-jo.miller-1"])
    func nameWithALittleAroundItIsRefused(password: String) {
        #expect(rules.problem(of: password, for: name) == .isAccountName)
    }

    @Test(arguments: ["aaaaaaaaaaaa", "abababababab", "abcdefghijkl", "123456789012", "987654321098", "aaaabbbbcccc"])
    func regularRunsAreRefused(password: String) {
        #expect(rules.problem(of: password, for: name) == .tooRegular)
    }

    @Test(arguments: [
        "password1234", "Password2026!", "P@ssw0rd!!2026", "passwordpassword", "qwertyuiopas", "1qaz2wsx3edc",
        "Welcome-2026-!", "administrator", "postfixpostfix", "correct horse battery staple", "letmein123456",
        "summer2026summer",
    ])
    func whatAttackersTryFirstIsRefused(password: String) {
        #expect(rules.problem(of: password, for: name) == .tooCommon)
    }

    @Test func everyProblemSaysWhatToDo() {
        let all: [PasswordProblem] = [
            .tooShort(minimum: 12), .tooLong(maximum: 256), .isAccountName, .tooRegular, .tooCommon, .sameAsBefore,
        ]
        for problem in all {
            #expect(problem.message.hasPrefix("Use ") || problem.message.hasPrefix("This "))
            #expect(!problem.message.hasSuffix("."))
        }
    }

    @Test func oneTimePasswordsAreReadableDifferentAndPassTheRules() {
        var randomness = SeededRandom(seed: 5)
        var seen: Set<String> = []
        for _ in 0..<200 {
            let password = OneTimePassword.make(using: &randomness)
            #expect(password.wholeMatch(of: /([a-hjkmnp-z2-9]{5}-){3}[a-hjkmnp-z2-9]{5}/) != nil)
            #expect(rules.problem(of: password, for: name) == nil)
            seen.insert(password)
        }
        #expect(seen.count == 200)
    }
}
