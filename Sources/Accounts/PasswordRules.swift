internal import Foundation

/// Why a password is not taken.
package enum PasswordProblem: Sendable, Equatable {
    case tooShort(minimum: Int)
    case tooLong(maximum: Int)
    /// The account's name, or the name with little around it.
    case isAccountName
    /// Few different characters, or a run of neighbours such as `abcdefghijkl`.
    case tooRegular
    /// A very common password, or a very common word with digits around it.
    case tooCommon
    /// The password that is to be replaced.
    case sameAsBefore

    /// A sentence for the person who typed it, without the full stop.
    package var message: String {
        switch self {
        case .tooShort(let minimum): "Use at least \(minimum) characters; a few unrelated words make a good password"
        case .tooLong(let maximum): "Use at most \(maximum) characters"
        case .isAccountName: "Use something that is not your name with a few characters around it"
        case .tooRegular: "Use something less regular than a repeated or running sequence"
        case .tooCommon: "This password, or its main word, is among the first that an attacker tries"
        case .sameAsBefore: "Use a password that differs from the present one"
        }
    }
}

/// What a password must be, after NIST SP 800-63B-4 §3.1.1.2: long, not on a blocklist, and no rule about kinds of characters.
package struct PasswordRules: Sendable {
    /// Unicode scalars.
    package var minimumLength = 12
    /// Unicode scalars; bounds the work of one hash.
    package var maximumLength = 256

    package init() {}

    /// nil if the password may be used for the account.
    package func problem(of password: String, for name: AccountName) -> PasswordProblem? {
        let length = password.precomposedStringWithCompatibilityMapping.unicodeScalars.count
        if length < minimumLength { return .tooShort(minimum: minimumLength) }
        if length > maximumLength { return .tooLong(maximum: maximumLength) }
        let folded = AccountName.folded(password)
        if Self.isNameWithLittleElse(folded, name: name.text) { return .isAccountName }
        if Self.isRegular(folded) { return .tooRegular }
        if CommonPasswords.contains(folded) { return .tooCommon }
        return nil
    }

    /// Everything but the name is fewer than six letters and digits.
    private static func isNameWithLittleElse(_ folded: String, name: String) -> Bool {
        guard folded.contains(name) else { return false }
        let rest = folded.replacingOccurrences(of: name, with: "")
        return rest.filter { $0.isLetter || $0.isNumber }.count < 6
    }

    private static func isRegular(_ folded: String) -> Bool {
        let scalars = folded.unicodeScalars.map(\.value)
        if Set(scalars).count < 5 { return true }
        let neighbours = zip(scalars, scalars.dropFirst()).count { one, other in
            one == other || one + 1 == other || other + 1 == one
        }
        return neighbours * 4 >= (scalars.count - 1) * 3
    }
}
