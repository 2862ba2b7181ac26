import Foundation

/// Times as RFC 3339 writes them.
enum RFC3339 {
    /// In UTC; with a fraction only if there is one.
    static func text(_ time: Date) -> String {
        let isWhole = time.timeIntervalSince1970.rounded() == time.timeIntervalSince1970
        return time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: !isWhole))
    }

    /// nil if the text is not such a time. A date alone is its midnight in UTC.
    static func time(_ text: String) -> Date? {
        var text = text.uppercased().replacing(" ", with: "T")
        if !text.contains("T") { text += "T00:00:00Z" }
        for fraction in [false, true] {
            // Not of this form: the next one is tried.
            if let time = try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: fraction)) {
                return time
            }
        }
        return nil
    }
}
