/// What the server answered instead of a result, with the statement that it answered.
package struct ServerError: Error, Sendable, CustomStringConvertible {
    /// `ERROR`, `FATAL` or `PANIC`, not localised.
    package var severity: String
    package var sqlState: SQLState
    package var message: String
    package var detail: String?
    package var hint: String?
    /// Name of the violated constraint, where there is one.
    package var constraint: String?
    /// Where the error came up, innermost first, as the server tells it.
    package var context: String?
    package var statement: String
    /// The function of the server's source that found the error.
    var routine: String?

    /// True if a prepared statement cannot be used any more although its text is fine: its result has other columns
    /// now, or somebody deallocated it.
    var isOfStaleStatement: Bool {
        switch sqlState.code {
        case "26000": true
        case "0A000": routine == "RevalidateCachedQuery"
        default: false
        }
    }

    package var description: String {
        var text = "\(severity) \(sqlState): \(message)"
        if let detail { text += " (\(detail))" }
        if let hint { text += "; hint: \(hint)" }
        if let context { text += "; in \(context.split(separator: "\n").first ?? "")" }
        return text + "; statement: \(Self.shortened(statement))"
    }

    /// The beginning of a statement on one line, for messages.
    static func shortened(_ statement: String) -> String {
        let words = statement.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.count <= 120 ? words : words.prefix(117) + "..."
    }
}
