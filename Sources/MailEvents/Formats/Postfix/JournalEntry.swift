/// One entry of `journalctl -o json` (systemd.journal-fields(7), systemd's "Journal JSON Format"): an object whose
/// keys come in any order.
struct JournalEntry {
    private(set) var message = JSONValue.absent
    private(set) var identifier = JSONValue.absent
    private var received = JSONValue.absent
    private var sent = JSONValue.absent

    private init() {}

    /// nil if the line is not one JSON object.
    init?(_ line: LineBytes) {
        var scanner = JSONScanner(line: line)
        var entry = JournalEntry()
        let isWhole = scanner.members { scanner, key in
            guard let value = scanner.value() else { return false }
            entry.take(value, for: key, line)
            return true
        }
        guard isWhole, scanner.isAtEnd else { return nil }
        self = entry
    }

    /// When the message was sent, if the journal was told, else when it was received: microseconds since 1970 UTC.
    func time(_ line: LineBytes) -> Int64? { Self.time(sent, line) ?? Self.time(received, line) }

    @inline(__always)
    private mutating func take(_ value: JSONValue, for key: JSONValue, _ line: LineBytes) {
        switch key.end - key.start {
        case 7 where line.value(key, is: "MESSAGE"): message = value
        case 17 where line.value(key, is: "SYSLOG_IDENTIFIER"): identifier = value
        case 20 where line.value(key, is: "__REALTIME_TIMESTAMP"): received = value
        case 26 where line.value(key, is: "_SOURCE_REALTIME_TIMESTAMP"): sent = value
        default: break
        }
    }

    private static func time(_ value: JSONValue, _ line: LineBytes) -> Int64? {
        value.kind == .string ? line.number(value) : nil
    }
}
