import MailEvents

/// A site's own rules, and Mailmill's after them.
enum BounceRules {
    /// - Parameters:
    ///   - paths: the site's rule files, in their order.
    ///   - only: without Mailmill's.
    ///   - note: told what is odd and yet no error.
    static func load(_ paths: [String], only: Bool = false, note: (String) -> Void) throws -> RuleSet {
        let files = try paths.map { path in try RuleFile(InputFile(path).content(), file: path) }
        for notice in files.flatMap(\.notices) { note(notice) }
        return try only ? RuleSet(files) : BundledRules.ruleSet(after: files)
    }
}
