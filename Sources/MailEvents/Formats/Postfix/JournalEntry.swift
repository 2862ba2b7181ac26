/// One entry of `journalctl -o json` (systemd.journal-fields(7), systemd's "Journal JSON Format"): an object whose
/// keys come in any order.
struct JournalEntry {
    /// What stands after a key.
    enum Value {
        case absent
        /// A string's content, and whether there are escapes in it.
        case string(start: Int, end: Int, isEscaped: Bool)
        /// An array's content: the bytes of a text that is not UTF-8, or the values of a field that is there twice.
        case array(start: Int, end: Int)
        /// null (a field that is too long without `--all`), a number, an object.
        case other
    }

    private(set) var message = Value.absent
    private(set) var identifier = Value.absent
    private var received = Value.absent
    private var sent = Value.absent

    /// nil if the line is not one JSON object.
    init?(_ line: LineBytes) {
        var scanner = JSONScanner(line: line)
        guard scanner.skip(UInt8(ascii: "{")) else { return nil }
        if scanner.skip(UInt8(ascii: "}")) {
            guard scanner.isAtEnd else { return nil }
            return
        }
        repeat {
            guard let key = scanner.string(), scanner.skip(UInt8(ascii: ":")), let value = scanner.value() else {
                return nil
            }
            take(value, for: line.upTo(key.end), key.start)
        } while scanner.skip(UInt8(ascii: ","))
        guard scanner.skip(UInt8(ascii: "}")), scanner.isAtEnd else { return nil }
    }

    /// When the message was sent, if the journal was told, else when it was received: microseconds since 1970 UTC.
    func time(_ line: LineBytes) -> Int64? { Self.number(sent, line) ?? Self.number(received, line) }

    private mutating func take(_ value: Value, for key: LineBytes, _ start: Int) {
        switch key.end - start {
        case 7 where key.has("MESSAGE", at: start): message = value
        case 17 where key.has("SYSLOG_IDENTIFIER", at: start): identifier = value
        case 20 where key.has("__REALTIME_TIMESTAMP", at: start): received = value
        case 26 where key.has("_SOURCE_REALTIME_TIMESTAMP", at: start): sent = value
        default: break
        }
    }

    private static func number(_ value: Value, _ line: LineBytes) -> Int64? {
        guard case .string(let start, let end, _) = value else { return nil }
        return line.number(start, end)
    }
}
