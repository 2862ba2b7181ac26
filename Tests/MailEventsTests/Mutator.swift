import LogGenerator

/// Damages lines: cheaply, so that a debug build does a million in seconds, and by a seed, so that what it finds can
/// be found again.
struct Mutator {
    /// Pieces that formats give a meaning to.
    private static let tokens: [[UInt8]] = [
        "@", "\\", "\\@", "<", ">", ">, ", "\"", "\\\"", ", status=sent (", ")", "to=<", "from=<", "orig_to=<",
        "relay=",
        "reject: ", "client=", "[", "]", "[IPv6:", ": ", "message repeated 2 times: [ ", "M1", "@R@", "@D@", "@X@",
        "\\u00", "\\ud83d", "{", "}", ",", "null", "[1,2]", "\u{0}", "\r", "-", "18446744073709551616", "1e99", "é",
        ",\"\"", "\",", "{\"msys\":{", "\"type\":\"", "[]", "type,timeLogged,", "E=550 ", "R=\"", "\n", " <= ", " => ",
        " ** ",
        " == ", " H=", "C=\"", " [1\\2] ", "<22>1 ",
        "=", "; from=<", "Feb 29 ", "24:00:00", "9999-12-31T", "\t", "  ",
    ].map { Array($0.utf8) }

    private var random: SeededRandom
    private let lines: [[UInt8]]

    init(seed: UInt64, lines: [[UInt8]]) {
        self.random = SeededRandom(seed: seed)
        self.lines = lines
    }

    /// Adds one damaged line with its line feed.
    mutating func addLine(to text: inout [UInt8]) {
        let start = text.count
        text.append(contentsOf: lines[random.below(lines.count)])
        for _ in 0...random.below(3) { damage(&text, from: start) }
        text.append(0x0A)
    }

    private mutating func damage(_ text: inout [UInt8], from start: Int) {
        let count = text.count - start
        guard count > 0 else { return }
        let place = start + random.below(count)
        switch random.below(7) {
        case 0: text[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: text[place] ^= 1 << UInt8(random.below(8))
        case 2: text.removeSubrange(place..<min(text.count, place + 1 + random.below(8)))
        case 3: text.removeSubrange(place...)
        case 4: text.insert(contentsOf: Self.tokens[random.below(Self.tokens.count)], at: place)
        case 5:
            // The end of another line.
            let other = lines[random.below(lines.count)]
            text.removeSubrange(place...)
            text.append(contentsOf: other[random.below(other.count)...])
        default:
            // A piece of the line again.
            let piece = Array(text[place..<min(text.count, place + 1 + random.below(40))])
            text.insert(contentsOf: piece, at: start + random.below(count))
        }
    }
}
