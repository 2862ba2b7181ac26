import Foundation
import MailEvents

extension Settings.Source {
    private static let keys = ["format", "path", "journald", "samples", "journal_directory", "node"]

    /// Reads an item of `collect`.
    init(_ entry: SettingsFile.CollectEntry) throws(SettingsError) {
        for (key, value) in entry.keys where !Self.keys.contains(key) {
            throw SettingsError(
                place: value.place,
                problem: "collect: there is no key '\(key)'; expected some of \(Self.keys.joined(separator: ", "))"
            )
        }
        let formats = LogFormat.allCases.map(\.rawValue).joined(separator: ", ")
        guard let format = entry.keys["format"] else {
            throw SettingsError(place: entry.place, problem: "collect: 'format' is missing; expected one of \(formats)")
        }
        guard let known = LogFormat(rawValue: format.text) else {
            throw SettingsError(
                place: format.place,
                problem: "collect: format: expected one of \(formats), found '\(format.text)'"
            )
        }
        self.format = known
        node = entry.keys["node"]?.text ?? ProcessInfo.processInfo.hostName
        input = try Self.input(entry)
    }

    private static func input(_ entry: SettingsFile.CollectEntry) throws(SettingsError) -> Input {
        if let path = entry.keys["path"] {
            guard path.text.hasPrefix("/") else {
                throw SettingsError(
                    place: path.place,
                    problem: "collect: path: expected a path that begins with /, found '\(path.text)'"
                )
            }
            return .file(path.text)
        }
        if let journald = entry.keys["journald"], journald.text == "true" {
            return .journald(directory: entry.keys["journal_directory"]?.text)
        }
        if let samples = entry.keys["samples"], samples.text == "true" { return .samples }
        throw SettingsError(
            place: entry.place,
            problem: "collect: expected 'path: /var/log/mail.log', 'journald: true' or 'samples: true'"
        )
    }
}
