/// The rules of one file, in the file's order, which is the order they are tried in.
///
/// Two forms, which may stand in one file: KumoMTA's table `[rules]`, a list of regular expressions a class; and
/// Mailmill's own `[[rule]]`, a table a rule (see the decision on bounce rules). `docs/operations/classify.md` describes both.
package struct RuleFile: Sendable, Equatable {
    package var rules: [BounceRule]
    /// What is no error, but worth saying, with file and line.
    package var notices: [String] = []

    /// - Parameters:
    ///   - bytes: the file's content.
    ///   - file: its name, for errors.
    package init(_ bytes: [UInt8], file: String) throws(RuleFileProblem) {
        let document = try TOMLReader.read(bytes, file: file)
        var reader = RuleFileReader(file: file)
        try reader.read(document)
        rules = reader.rules
        notices = reader.notices
    }

    package init(_ text: String, file: String) throws(RuleFileProblem) {
        try self.init(Array(text.utf8), file: file)
    }
}
