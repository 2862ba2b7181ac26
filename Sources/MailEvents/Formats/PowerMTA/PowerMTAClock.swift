/// Reads the times of accounting records, in all forms that PowerMTA can be set to write: `2026-03-05 04:07:09+0100`,
/// seconds since 1970, `2026-03-05T04:07:09+01:00` (`iso-times`), `03/05/2026 04:07:09`. One without a zone is of the
/// log's.
struct PowerMTAClock: Sendable {
    private var days = DayClock()
    private(set) var local: LocalClock

    init(zone: LocalZone, last: Int64?) {
        local = LocalClock(zone: zone, last: last)
    }

    /// Microseconds since 1970 UTC; nil if the field is none of these.
    @inline(__always)
    mutating func time(_ field: Field, _ line: LineBytes) -> Int64? {
        let start = Int(field.offset)
        let end = start + Int(field.length)
        guard end > start else { return nil }
        let text = line.upTo(end)
        let mark = text[start + 10]
        if text[start + 4] == UInt8(ascii: "-"), mark == UInt8(ascii: " ") || mark == UInt8(ascii: "T") {
            guard let stamp = days.read(text, at: start, separator: mark) else { return nil }
            return utc(stamp, text)
        }
        if text[start + 2] == UInt8(ascii: "/") { return american(text, start) }
        return line.epochTime(start, end)
    }

    /// Remembers a record's own time.
    mutating func take(_ time: Int64) { local.last = time }

    /// The time of a stamp with the zone behind it, if there is one, up to the end.
    @inline(__always)
    private mutating func utc(_ stamp: DayClock.Stamp, _ text: LineBytes) -> Int64? {
        var end = stamp.end
        if end == text.end { return local.utc(ofLocal: stamp.local) }
        if text[end] == UInt8(ascii: " ") { end += 1 }
        guard let offset = text.zoneOffset(at: &end), end == text.end else { return nil }
        return stamp.local &- offset
    }

    /// `03/05/2026 04:07:09`: month, day, year.
    private mutating func american(_ text: LineBytes, _ start: Int) -> Int64? {
        guard let month = text.twoDigits(at: start), let day = text.twoDigits(at: start + 3),
            let century = text.twoDigits(at: start + 6), let years = text.twoDigits(at: start + 8),
            text[start + 5] == UInt8(ascii: "/"), text[start + 10] == UInt8(ascii: " "),
            let timeOfDay = text.timeOfDay(at: start + 11)
        else { return nil }
        let date = CivilDate(year: century * 100 + years, month: month, day: day)
        guard date.isPossible else { return nil }
        var end = start + 19
        let fraction = text.microseconds(at: &end)
        return utc(DayClock.Stamp(local: date.midnight + timeOfDay + fraction, end: end), text)
    }
}
