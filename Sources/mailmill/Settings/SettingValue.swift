import Foundation
import Store

/// A setting's text together with where it was set, read as what the setting may be.
struct SettingValue {
    var key: SettingKey
    var text: String
    /// Items, where the setting is a list.
    var items: [String]
    var place: String

    private func fail(_ expected: String? = nil) -> SettingsError {
        SettingsError(
            place: place,
            problem: "\(key.path): expected \(expected ?? "a \(key.kind.rawValue)"), found '\(text)'"
        )
    }

    func string() -> String { text }

    func list() -> [String] { items }

    func whole(in range: ClosedRange<Int>) throws(SettingsError) -> Int {
        guard let value = Int(text), range.contains(value) else {
            throw fail("a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func flag() throws(SettingsError) -> Bool {
        switch text.lowercased() {
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        default: throw fail("true or false")
        }
    }

    func path() throws(SettingsError) -> String? {
        guard !text.isEmpty else { return nil }
        guard text.hasPrefix("/") else { throw fail("a path that begins with /") }
        return text
    }

    func duration() throws(SettingsError) -> Duration {
        guard let value = Self.number(text, units: ["ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400]) else {
            throw fail("a duration such as 200ms, 30s, 10m, 72h or 14d")
        }
        return .milliseconds(Int64(value * 1000))
    }

    func bytes() throws(SettingsError) -> Int64 {
        let units: [String: Double] = [
            "B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
            "KiB": 1024, "MiB": 1_048_576, "GiB": 1_073_741_824, "TiB": 1_099_511_627_776,
        ]
        guard let value = Self.number(text, units: units), value < 9e18 else {
            throw fail("a size such as 64MiB, 2GiB or 100MB")
        }
        return Int64(value)
    }

    /// Host and port; an IPv6 address stands in brackets.
    func address() throws(SettingsError) -> (host: String, port: Int) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65535).contains(port)
        else { throw fail("an address and a port such as 127.0.0.1:8025") }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") || host.isEmpty {
            throw fail("an address and a port such as 127.0.0.1:8025 or [::1]:8025")
        }
        return (host, port)
    }

    /// Two times of day; nil where the text is empty.
    func window() throws(SettingsError) -> MoveWindow? {
        guard !text.isEmpty else { return nil }
        guard let window = MoveWindow(text) else { throw fail("two times of day such as 22:00-06:00") }
        return window
    }

    func choice(_ choices: [String]) throws(SettingsError) -> String {
        guard choices.contains(text) else { throw fail("one of \(choices.joined(separator: ", "))") }
        return text
    }

    func choices(_ choices: [String]) throws(SettingsError) -> [String] {
        for item in items where !choices.contains(item) {
            throw SettingsError(
                place: place,
                problem: "\(key.path): expected some of \(choices.joined(separator: ", ")), found '\(item)'"
            )
        }
        return items
    }

    private static func number(_ text: String, units: [String: Double]) -> Double? {
        let digits = text.prefix { $0.isNumber || $0 == "." }
        let unit = text.dropFirst(digits.count).trimmingCharacters(in: .whitespaces)
        guard let number = Double(digits), let factor = units[unit] else { return nil }
        return number * factor
    }
}
