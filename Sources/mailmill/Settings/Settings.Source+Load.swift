import Collector
import Foundation
import MailEvents

extension Settings.Source {
    /// The keys of an item, for messages and for the reference.
    static let keyHelp: [(key: String, summary: String)] = [
        ("format", "The log's format: \(LogFormat.names). May be left out of a file: its first lines then tell."),
        (
            "path",
            "The log file; its rotated and compressed siblings are found by themselves. Or a pattern (`*`, `?`, `[…]`) of "
                + "files that are each written once: `/var/log/kumomta/*`."
        ),
        ("journald", "`true`: entries of the mail facility in the systemd journal, instead of a file."),
        ("journal_directory", "Folder of a journal that is not the running system's."),
        (
            "syslog",
            "Receive syslog (Postfix, Exim) instead of following a file: `udp:ADDRESS:PORT`, `tcp:ADDRESS:PORT`, "
                + "`unix:/PATH` (datagrams, as `/dev/log`), `unix-stream:/PATH`; several with commas between."
        ),
        ("name", "Tells apart several `syslog` items of one node and format."),
        (
            "hook",
            "Receive the log hook of KumoMTA, or the webhook of Momentum or SparkPost, at `/hooks/NAME` of "
                + "`hooks.listen`: the name."
        ),
        ("token_file", "File (mode 0600) with the token that the hook's sender has to show."),
        ("samples", "`true`: bundled sample lines, replayed as if live and labelled as samples, instead of a file."),
        ("node", "Name of the mail server in every report (default: the host's name)."),
        ("queue", "`false`: do not sample the queue's sizes (Postfix: `postqueue -j`, Exim: `exim -bp`, every 10 s)."),
        (
            "queue_address",
            "`host:port` of the HTTP listener that tells queues and connections: KumoMTA's (`127.0.0.1:8000`, `/metrics`) or Momentum's "
                + "(`127.0.0.1:2081`, `/stats/summary`)."
        ),
        ("postfix_config", "Configuration folder of the Postfix instance whose queue is sampled (`postqueue -c`)."),
    ]

    private static let keys = keyHelp.map(\.key)

    /// Reads an item of `collect`.
    init(_ entry: SettingsFile.CollectEntry) throws(SettingsError) {
        for (key, value) in entry.keys where !Self.keys.contains(key) {
            throw SettingsError(
                place: value.place,
                problem: "collect: there is no key '\(key)'; expected some of \(Self.keys.joined(separator: ", "))"
            )
        }
        input = try Self.input(entry)
        format = try Self.format(entry, of: input)
        try Self.check(format, of: input, entry)
        node = entry.keys["node"]?.text ?? ProcessInfo.processInfo.hostName
        postfixConfiguration = entry.keys["postfix_config"]?.text
        samplesQueue = entry.keys["queue"]?.text != "false"
        queueAddress = try Self.address(entry.keys["queue_address"])
    }

    private static func address(_ value: (text: String, place: String)?) throws(SettingsError) -> String? {
        guard let value else { return nil }
        let key = SettingKey("collect: queue_address", .address, "", "")
        _ = try SettingValue(key: key, text: value.text, items: [], place: value.place).address()
        return value.text
    }

    private static func format(_ entry: SettingsFile.CollectEntry, of input: Input) throws(SettingsError) -> LogFormat?
    {
        let formats = LogFormat.allCases.map(\.rawValue).joined(separator: ", ")
        guard let format = entry.keys["format"] else {
            if case .file = input { return nil }
            if case .pattern = input {
                throw SettingsError(
                    place: entry.place,
                    problem: "collect: a pattern has no first lines: name its format"
                )
            }
            throw SettingsError(place: entry.place, problem: "collect: 'format' is missing; expected one of \(formats)")
        }
        guard let known = LogFormat(rawValue: format.text) else {
            throw SettingsError(
                place: format.place,
                problem: "collect: format: expected one of \(formats), found '\(format.text)'"
            )
        }
        return known
    }

    private static func input(_ entry: SettingsFile.CollectEntry) throws(SettingsError) -> Input {
        if let path = entry.keys["path"] {
            guard path.text.hasPrefix("/") else {
                throw SettingsError(
                    place: path.place,
                    problem: "collect: path: expected a path that begins with /, found '\(path.text)'"
                )
            }
            return FilePattern.isPattern(path.text) ? .pattern(path.text) : .file(path.text)
        }
        if let journald = entry.keys["journald"], journald.text == "true" {
            return .journald(directory: entry.keys["journal_directory"]?.text)
        }
        if let samples = entry.keys["samples"], samples.text == "true" { return .samples }
        if let syslog = entry.keys["syslog"] {
            return .syslog(try addresses(syslog), name: entry.keys["name"]?.text)
        }
        if let hook = entry.keys["hook"] { return try self.hook(hook, entry) }
        throw SettingsError(
            place: entry.place,
            problem: "collect: expected 'path: /var/log/mail.log', 'journald: true', 'syslog: udp:127.0.0.1:5514', "
                + "'hook: mx1' or 'samples: true'"
        )
    }
}
