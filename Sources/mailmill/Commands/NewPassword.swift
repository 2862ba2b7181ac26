import Accounts
import Foundation

/// A password that a command gives to an account.
struct NewPassword {
    private let text: String
    /// Made here, to be printed and changed.
    let isOneTime: Bool

    /// Makes one, or reads one from standard input and holds it against the rules.
    static func choose(for name: AccountName, fromInput: Bool) throws -> NewPassword {
        guard fromInput else { return oneTime() }
        let typed = readLine(strippingNewline: true) ?? ""
        if let problem = PasswordRules().problem(of: typed, for: name) { throw AccountProblem(problem.message) }
        return NewPassword(text: typed, isOneTime: false)
    }

    static func oneTime() -> NewPassword {
        var randomness = SystemRandomNumberGenerator()
        return NewPassword(text: OneTimePassword.make(using: &randomness), isOneTime: true)
    }

    func hash() throws -> PasswordHash {
        var randomness = SystemRandomNumberGenerator()
        return try PasswordHash.make(of: text, cost: .standard, using: &randomness)
    }

    /// What a person has to be told: only a password made here.
    var told: String? { isOneTime ? text : nil }

    func tell() {
        if isOneTime { Terminal.print("one-time password: \(text)") }
    }
}

/// Why an account cannot be made or changed.
struct AccountProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
