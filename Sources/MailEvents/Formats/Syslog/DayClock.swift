/// Reads stamps that begin with a whole date, `2026-03-05 04:07:09.123`, and remembers the last date: most lines have
/// that of the line before.
struct DayClock: Sendable {
    /// A stamp as it stands: what is not told is the zone.
    struct Stamp {
        /// Microseconds since 1970 on the stamp's own clock.
        var local: Int64
        /// Offset after the last digit.
        var end: Int
    }

    /// The date's ten characters, in two words that overlap.
    private var words: (UInt64, UInt64) = (0, 0)
    private var midnight: Int64 = 0

    /// The stamp at `index`: date, `separator`, time of day, and a fraction of any length or none.
    @inline(__always)
    mutating func read(_ line: LineBytes, at index: Int, separator: UInt8) -> Stamp? {
        guard let first = line.word(at: index), let second = line.word(at: index + 2),
            line[index + 10] == separator
        else { return nil }
        if first != words.0 || second != words.1 {
            guard let found = line.midnight(at: index) else { return nil }
            (words, midnight) = ((first, second), found)
        }
        guard let timeOfDay = line.timeOfDay(at: index + 11) else { return nil }
        var end = index + 19
        let fraction = line.microseconds(at: &end)
        return Stamp(local: midnight &+ timeOfDay &+ fraction, end: end)
    }

    /// The time in UTC of a stamp of RFC 3339 that fills `start..<limit`, microseconds since 1970; nil if it does not.
    @inline(__always)
    mutating func utc(_ line: LineBytes, _ start: Int, _ limit: Int) -> Int64? {
        let line = line.upTo(limit)
        guard let stamp = read(line, at: start, separator: UInt8(ascii: "T")) else { return nil }
        var end = stamp.end
        guard let offset = line.zoneOffset(at: &end), end == limit else { return nil }
        return stamp.local &- offset
    }
}

/// Puts stamps without a zone into UTC, and remembers what it needs for that: the last time.
struct LocalClock: Sendable {
    let zone: LocalZone
    /// The time of the last line that has one, microseconds since 1970 UTC; nil before it.
    var last: Int64?
    /// Where local times have one meaning, around the last one that was looked up.
    private var stretch = LocalZone.Stretch(from: 0, to: 0, offset: 0)

    init(zone: LocalZone, last: Int64?) {
        self.zone = zone
        self.last = last
    }

    /// The time in UTC of a local time, both in microseconds since 1970.
    @inline(__always)
    mutating func utc(ofLocal local: Int64) -> Int64 {
        if local >= stretch.from, local < stretch.to { return local &- stretch.offset }
        if let around = zone.stretch(aroundLocal: local) {
            stretch = around
            return local &- around.offset
        }
        return zone.utc(ofLocal: local, after: last)
    }
}

/// The last stamp as parsers keep it in their state: whether there is one, and its eight bytes.
enum LastStamp {
    static func bytes(_ last: Int64?) -> [UInt8] {
        guard let last else { return [0] }
        return [1] + (0..<8).map { UInt8(truncatingIfNeeded: last >> (Int64($0) * 8)) }
    }

    /// Takes it off the beginning of what is left of a state; nil if there is none, and nothing left of bytes that
    /// this version did not write.
    static func take(from state: inout ArraySlice<UInt8>) -> Int64? {
        guard let flag = state.popFirst() else { return nil }
        guard flag == 1, state.count >= 8 else {
            if flag != 0 { state = [] }
            return nil
        }
        let last = state.prefix(8).reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
        state = state.dropFirst(8)
        guard last >= TimeBounds.oldest else {
            state = []
            return nil
        }
        return last
    }
}
