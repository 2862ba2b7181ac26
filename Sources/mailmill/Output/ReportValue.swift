import Foundation

/// One figure of a report. nil: nobody knows, which is not zero.
enum ReportValue {
    case text(String)
    case whole(Int64?)
    /// 0…1.
    case share(Double?)
    /// Milliseconds or bytes, averaged.
    case average(Double?)

    static func share(_ part: Int64, of whole: Int64) -> ReportValue {
        .share(whole > 0 ? Double(part) / Double(whole) : nil)
    }

    var json: JSONValue {
        switch self {
        case .text(let text): .text(text)
        case .whole(let number): JSONValue(number)
        case .share(let number), .average(let number): number.map { .number($0) } ?? .null
        }
    }

    /// As CSV holds it: numbers bare, nothing where nobody knows.
    var bare: String {
        switch self {
        case .text(let text): text
        case .whole(let number): number.map { String($0) } ?? ""
        case .share(let number), .average(let number): number.map { String($0) } ?? ""
        }
    }

    /// As a person reads it.
    var shown: String {
        switch self {
        case .text(let text): text.isEmpty ? "–" : text
        case .whole(let number): number.map { String($0) } ?? "–"
        case .share(let number): number.map { String(format: "%.2f %%", $0 * 100) } ?? "–"
        case .average(let number): number.map { String(format: "%.1f", $0) } ?? "–"
        }
    }

    var isNumber: Bool {
        if case .text = self { return false }
        return true
    }
}
