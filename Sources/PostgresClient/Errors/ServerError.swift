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
