import LogGenerator
import Testing

@testable import Accounts

@Suite struct PasswordHashTests {
    static let cheap = PasswordHashCost(memoryKiB: 64, passes: 1, lanes: 1)

    @Test func hashMatchesItsPasswordOnly() throws {
        var randomness = SeededRandom(seed: 1)
        let hash = try PasswordHash.make(of: "a river of mills", cost: Self.cheap, using: &randomness)
        #expect(hash.phcString.hasPrefix("$argon2id$v=19$m=64,t=1,p=1$"))
        #expect(try hash.matches("a river of mills"))
        #expect(try !hash.matches("a river of millS"))
        #expect(try !hash.matches(""))
    }

    @Test func standardCostIsNineteenMebibytes() throws {
        var randomness = SeededRandom(seed: 2)
        let hash = try PasswordHash.make(of: "x", using: &randomness)
        #expect(hash.phcString.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(!hash.needsRehash())
    }

    @Test func saltsDiffer() throws {
        var randomness = SeededRandom(seed: 3)
        let one = try PasswordHash.make(of: "same", cost: Self.cheap, using: &randomness)
        let other = try PasswordHash.make(of: "same", cost: Self.cheap, using: &randomness)
        #expect(one != other)
    }

    /// The vectors of the reference implementation's `test.c`.
    @Test(arguments: [
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
        "$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ",
    ])
    func referenceVectorsMatch(phcString: String) throws {
        let hash = try PasswordHash(phcString: phcString)
        #expect(try hash.matches("password"))
        #expect(try !hash.matches("passwore"))
        #expect(hash.needsRehash())
    }

    @Test func composedAndDecomposedLettersAreTheSamePassword() throws {
        var randomness = SeededRandom(seed: 4)
        let hash = try PasswordHash.make(of: "m\u{FC}hle am rauschenden Bach", cost: Self.cheap, using: &randomness)
        #expect(try hash.matches("mu\u{308}hle am rauschenden Bach"))
    }

    @Test(arguments: [
        "", "$", "$argon2id", "plain", "$2b$12$abcdefghijklmnopqrstuv", "$argon2id$v=18$m=64,t=1,p=1$c2FsdA$aGFzaA",
        "$argon2id$v=19$m=64,t=1$c2FsdA$aGFzaA", "$argon2id$v=19$m=0,t=1,p=1$c2FsdA$aGFzaA",
        "$argon2id$v=19$m=64,t=1,p=1$c2FsdA", "$argon2id$v=19$m=64,t=1,p=1$c2FsdA$aGFzaA$more",
    ])
    func damagedStringsAreRefused(phcString: String) {
        #expect {
            _ = try PasswordHash(phcString: phcString)
        } throws: { error in
            guard case .unreadablePasswordHash = error as? AccountsError else { return false }
            return true
        }
    }

    @Test func damagedSaltIsAnErrorNotAMismatch() throws {
        let hash = try PasswordHash(phcString: "$argon2id$v=19$m=64,t=1,p=1$c2F!dA$aGFzaA")
        #expect(throws: AccountsError.self) { _ = try hash.matches("x") }
    }

    @Test func hashThatWouldEatTheMachineIsRefused() {
        #expect(throws: AccountsError.passwordHashTooCostly(memoryKiB: 4_000_000_000, passes: 2, lanes: 1)) {
            _ = try PasswordHash(phcString: "$argon2id$v=19$m=4000000000,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMa")
        }
    }

    @Test func constantTimeComparisonIsAComparison() {
        #expect(ConstantTime.equal([1, 2, 3] as [UInt8], [1, 2, 3] as [UInt8]))
        #expect(!ConstantTime.equal([1, 2, 3] as [UInt8], [1, 2, 4] as [UInt8]))
        #expect(!ConstantTime.equal([1, 2, 3] as [UInt8], [1, 2] as [UInt8]))
    }
}
