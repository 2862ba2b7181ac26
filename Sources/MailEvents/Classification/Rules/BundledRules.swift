/// The rules that Mailmill brings along.
package enum BundledRules {
    /// What errors and the test command call the file.
    package static let name = "mailmill"

    package static func file() throws(RuleFileProblem) -> RuleFile {
        try RuleFile(PackageResources.bounce_rules_toml, file: name)
    }

    /// These rules, after a site's own.
    package static func ruleSet(after site: [RuleFile] = []) throws(RuleFileProblem) -> RuleSet {
        try RuleSet(site + [file()])
    }
}
