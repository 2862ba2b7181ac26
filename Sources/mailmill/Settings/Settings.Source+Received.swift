import Collector
import Foundation
import MailEvents

// The items of `collect` that are sent to us.
extension Settings.Source {
    /// Whether both would be one to the database, or to those who send.
    func isSame(as other: Self) -> Bool {
        if case .hook(let name, _) = input, case .hook(name, _) = other.input { return true }
        return node == other.node && name == other.name && format == other.format
    }

    static func addresses(_ value: (text: String, place: String)) throws(SettingsError) -> [SyslogAddress] {
        var addresses: [SyslogAddress] = []
        for text in value.text.split(separator: ",") {
            guard let address = SyslogAddress(text.trimmingCharacters(in: .whitespaces)) else {
                throw SettingsError(
                    place: value.place,
                    problem: "collect: syslog: expected \(SyslogAddress.expected), found '\(text)'"
                )
            }
            addresses.append(address)
        }
        return addresses
    }

    static func hook(
        _ value: (text: String, place: String),
        _ entry: SettingsFile.CollectEntry
    ) throws(SettingsError) -> Input {
        let isName = value.text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        guard isName, !value.text.isEmpty else {
            throw SettingsError(
                place: value.place,
                problem: "collect: hook: expected a name of letters, digits, '.', '_' and '-', found '\(value.text)'"
            )
        }
        guard let file = entry.keys["token_file"] else {
            throw SettingsError(
                place: entry.place,
                problem:
                    "collect: hook: 'token_file' is missing: a file (mode 0600) with the token that the sender shows"
            )
        }
        guard file.text.hasPrefix("/") else {
            throw SettingsError(
                place: file.place,
                problem: "collect: token_file: expected a path that begins with /, found '\(file.text)'"
            )
        }
        return .hook(name: value.text, tokenFile: file.text)
    }

    /// Refuses formats that do not come by this way.
    static func check(
        _ format: LogFormat?,
        of input: Input,
        _ entry: SettingsFile.CollectEntry
    ) throws(SettingsError) {
        let allowed: [LogFormat]
        switch input {
        case .syslog: allowed = [.postfix, .exim]
        case .hook: allowed = [.kumomta, .momentumJSON]
        case .file, .pattern, .journald, .samples: return
        }
        guard let format, !allowed.contains(format) else { return }
        let names = allowed.map(\.rawValue).joined(separator: " or ")
        throw SettingsError(
            place: entry.keys["format"]?.place ?? entry.place,
            problem: "collect: format: this way in is for \(names), found '\(format.rawValue)'"
        )
    }
}
