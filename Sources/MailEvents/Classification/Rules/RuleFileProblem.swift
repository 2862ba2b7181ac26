/// What is wrong with a rule file, and where.
package struct RuleFileProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file as the caller named it.
    package var file: String
    /// From 1.
    package var line: Int
    /// What was found, and what is expected there.
    package var problem: String

    package var description: String { "\(file):\(line): \(problem)" }
}
