import Foundation

/// A JSON document, its keys in the order given.
enum JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    case null
    case flag(Bool)
    case whole(Int64)
    case number(Double)
    case text(String)
    case array([JSONValue])
    case object([(String, JSONValue)])

    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int64) { self = .whole(value) }
    init(booleanLiteral value: Bool) { self = .flag(value) }

    /// A time in RFC 3339; null if there is none.
    init(_ time: Date?) { self = time.map { .text(RFC3339.text($0)) } ?? .null }
    init(_ text: String?) { self = text.map { .text($0) } ?? .null }
    init(_ number: Int64?) { self = number.map { .whole($0) } ?? .null }

    /// The document, on one line or indented by two blanks.
    func text(indented: Bool = true, level: Int = 0) -> String {
        let line = indented ? "\n" + String(repeating: "  ", count: level + 1) : ""
        let end = indented ? "\n" + String(repeating: "  ", count: level) : ""
        switch self {
        case .null: return "null"
        case .flag(let value): return value ? "true" : "false"
        case .whole(let value): return String(value)
        case .number(let value): return value.isFinite ? String(value) : "null"
        case .text(let value): return Self.quoted(value)
        case .array(let items):
            if items.isEmpty { return "[]" }
            return "[" + items.map { line + $0.text(indented: indented, level: level + 1) }.joined(separator: ",")
                + end + "]"
        case .object(let members):
            if members.isEmpty { return "{}" }
            let colon = indented ? ": " : ":"
            return "{"
                + members.map { line + Self.quoted($0.0) + colon + $0.1.text(indented: indented, level: level + 1) }
                .joined(separator: ",") + end + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0}"..<"\u{20}": result += "\\u" + String(scalar.value + 0x10000, radix: 16).dropFirst()
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
