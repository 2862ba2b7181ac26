internal import SystemPackage

/// Reviews the operator's part before PostgreSQL sees it.
struct ConfigurationReview: Sendable {
    /// What keeps the server from being started.
    var refusals: [ConfigurationProblem] = []
    /// What has no effect, or deserves a look.
    var warnings: [ConfigurationProblem] = []

    /// - Parameter files: every file but the managed one, in the order in which they count.
    static func review(files: [FilePath], safety: SafetySettings) throws -> ConfigurationReview {
        var review = ConfigurationReview()
        for entry in try files.flatMap({ try ConfigurationFile.entries(of: $0) }) {
            review.judge(entry, safety: safety)
        }
        return review
    }

    mutating func judge(_ entry: ConfigurationEntry, safety: SafetySettings) {
        if let dangerous = SafetySettings.dangerous[entry.name], dangerous.contains(entry.value.lowercased()) {
            refusals.append(
                ConfigurationProblem(
                    file: entry.file,
                    line: entry.line,
                    message: "\(entry.name) = \(entry.value) would lose or damage data; remove the line"
                )
            )
        } else if let fixed = safety.pairs.first(where: { $0.name == entry.name }), fixed.value != entry.value {
            warnings.append(
                ConfigurationProblem(
                    file: entry.file,
                    line: entry.line,
                    message: "\(entry.name) has no effect here; Mailmill sets it to '\(fixed.value)'"
                )
            )
        }
    }
}
