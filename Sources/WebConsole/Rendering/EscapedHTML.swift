internal import Mustache

/// Escaping of what goes into a page, octet by octet.
///
/// The library's own escapes whole characters, and a quotation mark followed by a combining mark is another character to
/// Swift, but an end of an attribute to a browser. A log is an attacker's input, so this is not left to chance.
struct EscapedHTML: MustacheContentType {
    /// Name of the pragma that `Templates` puts before every template.
    static let name = "ESCAPED_HTML"

    func escapeText(_ text: String) -> String {
        var escaped: [UInt8] = []
        escaped.reserveCapacity(text.utf8.count + 16)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "<"): escaped += "&lt;".utf8
            case UInt8(ascii: ">"): escaped += "&gt;".utf8
            case UInt8(ascii: "&"): escaped += "&amp;".utf8
            case UInt8(ascii: "\""): escaped += "&quot;".utf8
            case UInt8(ascii: "'"): escaped += "&#39;".utf8
            case 0..<9, 11, 12, 14..<32, 127: escaped += "\u{FFFD}".utf8
            default: escaped.append(byte)
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }
}
