internal import Foundation
internal import Store

/// What a trace looks for, as the page and the API take it from their URL.
struct TraceParameters: Sendable, Equatable {
    let query: TraceQuery

    /// Bytes of an address or an id (RFC 5321 allows a path of 256).
    private static let longest = 320
    private static let names = ["recipient", "sender", "message", "reply"]
    static let pageSizes = 1...200

    /// Reads them; what cannot be used is added to `problems`.
    init(_ fields: FormFields, traffic: TrafficParameters, problems: inout [ParameterProblem]) {
        var query = TraceQuery(period: traffic.chosen.period)
        query.recipient = Self.text("recipient", fields, &problems)
        query.sender = Self.text("sender", fields, &problems)
        query.message = Self.text("message", fields, &problems)
        query.reply = Self.text("reply", fields, &problems)
        query.node = traffic.query.node
        if let after = fields.text("after") {
            query.after = TraceCursor(after)
            if query.after == nil {
                problems.append(
                    ParameterProblem(
                        name: "after",
                        given: String(after.prefix(80)),
                        expected: "what the page before named"
                    )
                )
            }
        }
        if let limit = fields.text("limit") {
            if let number = Int(limit), Self.pageSizes.contains(number) {
                query.pageSize = number
            } else {
                problems.append(ParameterProblem(name: "limit", given: limit, expected: "a number from 1 to 200"))
            }
        }
        self.query = query
    }

    /// The criteria as they go into a link, without the place in the pages.
    var fields: FormFields {
        var fields = FormFields()
        for (name, value) in zip(Self.names, [query.recipient, query.sender, query.message, query.reply]) {
            fields.set(name, to: value)
        }
        return fields
    }

    private static func text(_ name: String, _ fields: FormFields, _ problems: inout [ParameterProblem]) -> String? {
        guard let text = fields.text(name) else { return nil }
        let isPrintable = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard text.utf8.count <= longest, isPrintable else {
            let expected = "at most \(longest) bytes without control characters"
            problems.append(ParameterProblem(name: name, given: String(text.prefix(80)), expected: expected))
            return nil
        }
        return text
    }
}
