/// Sample lines taken apart: how long after the first each comes, and what stands behind its stamp. Replayed over and
/// over, it is an endless log.
struct SampleScript: Sendable {
    struct Line: Sendable {
        /// Microseconds after the first line.
        var offset: Int64
        /// From the blank behind the stamp on, without the line feed.
        var rest: [UInt8]
    }

    let lines: [Line]
    /// Microseconds from the first line of one round to the first of the next.
    let length: Int64

    /// - Parameter text: lines with stamps such as `2026-03-05T04:00:00.340020+00:00`, ascending, all of one day.
    init(_ text: [UInt8]) {
        var lines: [Line] = []
        var first: Int64?
        for line in text.split(separator: UInt8(ascii: "\n")) {
            guard let blank = line.firstIndex(of: UInt8(ascii: " ")),
                let time = Self.timeOfDay(line[line.startIndex..<blank])
            else { continue }
            let start = first ?? time
            first = start
            lines.append(Line(offset: max(time - start, lines.last?.offset ?? 0), rest: Array(line[blank...])))
        }
        self.lines = lines
        length = (lines.last?.offset ?? 0) + 500_000
    }

    /// When the line of a number comes, in microseconds after the beginning; numbers go on over the rounds.
    func offset(of number: Int) -> Int64 {
        let (round, index) = number.quotientAndRemainder(dividingBy: lines.count)
        return Int64(round) * length + lines[index].offset
    }

    func rest(of number: Int) -> [UInt8] { lines[number % lines.count].rest }

    /// Microseconds since midnight of the stamp's own zone.
    private static func timeOfDay(_ stamp: ArraySlice<UInt8>) -> Int64? {
        let text = Array(stamp)
        guard text.count >= 26, text[10] == UInt8(ascii: "T"), text[19] == UInt8(ascii: ".") else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            var value: Int64 = 0
            for byte in text[range] {
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            return value
        }
        guard let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            let fraction = number(20..<26)
        else { return nil }
        return ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction
    }
}
