/// Reads the stamps of syslog files, and remembers what lines without a year or a zone need: the last stamp.
struct SyslogClock: Sendable {
    /// Where a line's stamp puts it.
    struct Stamp {
        /// Microseconds since 1970 UTC.
        var time: Int64
        /// Offset of the space after the stamp.
        var end: Int
    }

    /// A stamp without a year may lie this far before the line above it (clocks that were set back, files put
    /// together); what lies further before it is of the next year. In microseconds.
    private static let disorder = 31 * CivilDate.microsecondsPerDay
    /// The first stamp of a file may lie this far after its modification time: the zone may be wrong.
    private static let slack = CivilDate.microsecondsPerDay

    private let zone: LocalZone
    private let fileModifiedAt: Int64
    var bounds = TimeBounds()
    /// The time of the last line that has one within the bounds, microseconds since 1970 UTC; nil before it.
    private(set) var last: Int64?

    private var days = DayClock()
    /// The date without a year that was read last, as it stands in the line, and the local midnight it begins with.
    private var dateWord: UInt64 = 0
    private var midnight: Int64 = 0
    /// Where local times have one meaning, around the last one that was looked up.
    private var stretch = LocalZone.Stretch(from: 0, to: 0, offset: 0)

    init(context: LogFormat.Context, last: Int64?) {
        self.zone = context.zone
        self.fileModifiedAt = context.fileModifiedAt
        self.last = last
    }

    /// The stamp at `start`: ISO 8601 if it begins with a digit, else `Mar  5 04:07:09`; nil if none is there, or one
    /// of a day that does not exist.
    @inline(__always)
    mutating func read(_ line: LineBytes, at start: Int) -> Stamp? {
        let stamp = line.digit(at: start) < 10 ? readISO(line, start) : readTraditional(line, start)
        if let stamp, bounds.allow(stamp.time) { last = stamp.time }
        return stamp
    }

    /// Takes a time that was read elsewhere, in journald's fields.
    mutating func take(_ time: Int64) {
        if bounds.allow(time) { last = time }
    }

    /// `2026-03-05T04:07:09.123456+01:00`, with a fraction of any length or none, and `Z` or an offset with or without
    /// its colon.
    @inline(__always)
    private mutating func readISO(_ line: LineBytes, _ start: Int) -> Stamp? {
        guard let stamp = days.read(line, at: start, separator: UInt8(ascii: "T")) else { return nil }
        var end = stamp.end
        guard let offset = line.zoneOffset(at: &end), line[end] == UInt8(ascii: " ") else { return nil }
        return Stamp(time: stamp.local &- offset, end: end)
    }

    /// `Mar  5 04:07:09`, also `Mar 05 04:07:09`, `Mar 5 04:07:09` and with a fraction.
    @inline(__always)
    private mutating func readTraditional(_ line: LineBytes, _ start: Int) -> Stamp? {
        guard let word = line.word(at: start) else { return nil }
        let date = word & 0x00FF_FFFF_FFFF_FFFF
        if date == dateWord, let timeOfDay = line.timeOfDay(at: start + 7) {
            var end = start + 15
            let local = midnight &+ timeOfDay &+ line.microseconds(at: &end)
            let time = local &- stretch.offset
            if line[end] == UInt8(ascii: " "), local >= stretch.from, local < stretch.to, isNearLast(time) {
                return Stamp(time: time, end: end)
            }
        }
        return lookUpTraditional(line, start)
    }

    @inline(__always)
    private func isNearLast(_ time: Int64) -> Bool {
        guard let last else { return false }
        let distance = time &- last
        return distance < CivilDate.microsecondsPerDay && distance > -CivilDate.microsecondsPerDay
    }

    /// A traditional stamp whose year, or offset, has to be found.
    private mutating func lookUpTraditional(_ line: LineBytes, _ start: Int) -> Stamp? {
        guard let month = line.month(at: start), line[start + 3] == UInt8(ascii: " ") else { return nil }
        var place = line[start + 4] == UInt8(ascii: " ") ? start + 5 : start + 4
        var day = Int(line.digit(at: place))
        guard day < 10 else { return nil }
        place += 1
        if line.digit(at: place) < 10 {
            day = day * 10 + Int(line.digit(at: place))
            place += 1
        }
        guard line[place] == UInt8(ascii: " "), let timeOfDay = line.timeOfDay(at: place + 1) else { return nil }
        var end = place + 9
        let inDay = timeOfDay + line.microseconds(at: &end)
        guard line[end] == UInt8(ascii: " "), let found = time(month: month, day: day, inDay: inDay) else { return nil }
        if place == start + 6, let word = line.word(at: start),
            let around = zone.stretch(aroundLocal: found.midnight + inDay)
        {
            (dateWord, midnight, stretch) = (word & 0x00FF_FFFF_FFFF_FFFF, found.midnight, around)
        }
        return Stamp(time: found.time, end: end)
    }

    /// The time of a day and time without a year: forward from the last line; for the first line the latest that is
    /// not after the file's modification. nil if no year around has such a day.
    private func time(month: Int, day: Int, inDay: Int64) -> (time: Int64, midnight: Int64)? {
        func candidate(_ year: Int) -> (time: Int64, midnight: Int64)? {
            let date = CivilDate(year: year, month: month, day: day)
            guard date.isPossible else { return nil }
            return (zone.utc(ofLocal: date.midnight + inDay, after: last), date.midnight)
        }
        // 29 February can be eight years away, around 2100.
        if let last {
            let year = CivilDate.year(of: last)
            return (year - 1...year + 8).lazy.compactMap(candidate).first { $0.time >= last - Self.disorder }
        }
        let limit = fileModifiedAt.saturatingAdd(Self.slack)
        let year = CivilDate.year(of: fileModifiedAt) + 1
        return (0...9).lazy.compactMap { candidate(year - $0) }.first { $0.time <= limit }
    }
}
