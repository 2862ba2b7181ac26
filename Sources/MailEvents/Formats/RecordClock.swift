/// Reads the times of JSON records: seconds since 1970, with or without a fraction, as a number or a string, or a
/// stamp of RFC 3339.
struct RecordClock: Sendable {
    var bounds = TimeBounds()
    private var days = DayClock()

    /// Microseconds since 1970 UTC; nil if the value is none of these.
    @inline(__always)
    mutating func time(_ value: JSONValue, _ line: LineBytes) -> Int64? {
        guard value.kind == .word || value.kind == .string, value.end > value.start else { return nil }
        if value.end - value.start >= 20, line[value.start + 4] == UInt8(ascii: "-") {
            return days.utc(line, value.start, value.end)
        }
        return line.epochTime(value.start, value.end)
    }
}

extension MailEvent {
    /// Milliseconds between a reception and this event; none for a clock that was set back.
    @inline(__always)
    mutating func setDelay(since reception: Int64) {
        delay = max(0, (occurredAt &- reception) / 1000)
    }
}
