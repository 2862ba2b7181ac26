import LogGenerator
import Crypto
import Testing

@testable import Accounts

@Suite struct SessionTokenTests {
    @Test func tokenSurvivesTheCookie() throws {
        var randomness = SeededRandom(seed: 6)
        for _ in 0..<50 {
            let token = SessionToken(using: &randomness)
            #expect(token.text.utf8.count == 43)
            #expect(token.text.wholeMatch(of: /[A-Za-z0-9_-]{43}/) != nil)
            #expect(SessionToken(text: token.text) == token)
        }
    }

    @Test func digestIsSHA256OfTheBytes() {
        var randomness = SeededRandom(seed: 7)
        let token = SessionToken(using: &randomness)
        #expect(token.digest.bytes == Array(SHA256.hash(data: token.bytes)))
    }

    @Test(arguments: ["", "x", "=====", "AAAA", String(repeating: "A", count: 44), String(repeating: "+", count: 43)])
    func whatIsNoTokenIsNil(text: String) {
        #expect(SessionToken(text: text) == nil)
    }

    @Test func descriptionKeepsTheSecret() {
        var randomness = SeededRandom(seed: 8)
        let token = SessionToken(using: &randomness)
        #expect(!"\(token)".contains(token.text))
    }

    @Test func formTokenBelongsToOneSessionAndOnePurpose() {
        var randomness = SeededRandom(seed: 9)
        let mine = SessionToken(using: &randomness)
        let other = SessionToken(using: &randomness)
        let token = FormToken(for: mine, purpose: "session")
        #expect(token.matches(token.text))
        #expect(!FormToken(for: other, purpose: "session").matches(token.text))
        #expect(!FormToken(for: mine, purpose: "sign in").matches(token.text))
        #expect(!token.matches(""))
        #expect(!token.text.contains(mine.text))
    }
}
