internal import Foundation

/// The name that a person signs in with, in the one form in which it is stored and compared.
package struct AccountName: Sendable, Hashable, CustomStringConvertible {
    /// Lower case; letters, digits and `. _ - @ +`.
    package let text: String

    package static let maximumLength = 64

    /// Takes a name as typed: surrounding spaces and case do not matter.
    package init(_ typed: String) throws(AccountsError) {
        let folded = Self.folded(typed)
        guard !folded.isEmpty else {
            throw .unacceptableAccountName(reason: "it is empty")
        }
        guard folded.unicodeScalars.count <= Self.maximumLength else {
            throw .unacceptableAccountName(reason: "it has more than \(Self.maximumLength) characters")
        }
        let marks: Set<Unicode.Scalar> = [".", "_", "-", "@", "+"]
        for scalar in folded.unicodeScalars {
            guard CharacterSet.alphanumerics.contains(scalar) || marks.contains(scalar) else {
                throw .unacceptableAccountName(reason: "it may hold letters, digits and . _ - @ + only")
            }
        }
        self.text = folded
    }

    package var description: String { text }

    /// Compatibility-composed and lower case, so that the same name typed on two keyboards is the same name.
    static func folded(_ typed: String) -> String {
        typed.precomposedStringWithCompatibilityMapping.lowercased()
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
