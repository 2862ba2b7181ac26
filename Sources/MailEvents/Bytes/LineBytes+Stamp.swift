extension LineBytes {
    /// Midnight at the beginning of the day `2026-03-05` at `index`, on its own clock; nil if there is no such day.
    func midnight(at index: Int) -> Int64? {
        guard let century = twoDigits(at: index), let years = twoDigits(at: index + 2),
            let month = twoDigits(at: index + 5), let day = twoDigits(at: index + 8),
            self[index + 4] == UInt8(ascii: "-"), self[index + 7] == UInt8(ascii: "-")
        else { return nil }
        let date = CivilDate(year: century * 100 + years, month: month, day: day)
        return date.isPossible ? date.midnight : nil
    }

    /// `04:07:09` at `index` as microseconds since midnight; a leap second counts as the next minute's first.
    @inline(__always)
    func timeOfDay(at index: Int) -> Int64? {
        guard let hours = twoDigits(at: index), let minutes = twoDigits(at: index + 3),
            let seconds = twoDigits(at: index + 6), hours < 24, minutes < 60, seconds <= 60,
            self[index + 2] == UInt8(ascii: ":"), self[index + 5] == UInt8(ascii: ":")
        else { return nil }
        return Int64(hours &* 3600 &+ minutes &* 60 &+ seconds) &* 1_000_000
    }

    /// The fraction of a second at `index`, `.` and digits, in microseconds, cut off there. Moves behind it; 0 and no
    /// move if there is none.
    @inline(__always)
    func microseconds(at index: inout Int) -> Int64 {
        guard self[index] == UInt8(ascii: "."), digit(at: index + 1) < 10 else { return 0 }
        var value: Int64 = 0
        var unit: Int64 = 100_000
        index += 1
        while digit(at: index) < 10 {
            value &+= Int64(digit(at: index)) &* unit
            unit /= 10
            index += 1
        }
        return value
    }

    /// `Z`, `+01:00` or `-0230` at `index` as microseconds ahead of UTC. Moves behind it; nil if there is none.
    @inline(__always)
    func zoneOffset(at index: inout Int) -> Int64? {
        let sign = self[index]
        if sign == UInt8(ascii: "Z") {
            index += 1
            return 0
        }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        let minutesAt = self[index + 3] == UInt8(ascii: ":") ? index + 4 : index + 3
        guard let hours = twoDigits(at: index + 1), let minutes = twoDigits(at: minutesAt), hours < 24, minutes < 60
        else { return nil }
        index = minutesAt + 2
        let offset = Int64(hours &* 60 &+ minutes) &* 60_000_000
        return sign == UInt8(ascii: "-") ? -offset : offset
    }

    /// The month whose English abbreviation stands at `index`, 1 to 12.
    func month(at index: Int) -> Int? {
        let names: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"
        let all = UnsafeBufferPointer(start: names.utf8Start, count: names.utf8CodeUnitCount)
        for number in 0..<12 {
            let place = number * 3
            if self[index] == all[place], self[index + 1] == all[place + 1], self[index + 2] == all[place + 2] {
                return number + 1
            }
        }
        return nil
    }

    /// Seconds since 1970, with or without a fraction, that fill `start..<limit`, in microseconds; nil if they do not.
    @inline(__always)
    func epochTime(_ start: Int, _ limit: Int) -> Int64? {
        var point = start
        while digit(at: point) < 10 { point &+= 1 }
        guard point - start <= 11, let seconds = number(start, min(point, limit)) else { return nil }
        var end = point
        let fraction = point < limit ? upTo(limit).microseconds(at: &end) : 0
        return end >= limit ? seconds &* 1_000_000 &+ fraction : nil
    }
}
