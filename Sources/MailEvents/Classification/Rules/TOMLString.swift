/// The four kinds of TOML strings: `"basic"`, `'literal'`, and both over several lines with three quotes.
struct TOMLString {
    struct Problem: Error {
        var text: String
        var line: Int
    }

    private let bytes: [UInt8]
    /// Of the opening quote; after `read` behind the closing one.
    private(set) var index: Int
    private(set) var line: Int

    init(bytes: [UInt8], index: Int, line: Int) {
        self.bytes = bytes
        self.index = index
        self.line = line
    }

    mutating func read() throws(Problem) -> String {
        let start = line
        let quote = bytes[index]
        let isLong = has(quote, 3)
        index += isLong ? 3 : 1
        if isLong {
            // A line's end right behind the opening quotes is not part of the text.
            if byte(0) == 0x0D, byte(1) == 0x0A { index += 1 }
            if byte(0) == 0x0A { newLine() }
        }
        var text: [UInt8] = []
        while let next = byte(0) {
            if next == quote, !isLong || has(quote, 3) {
                // Up to two quotes more may stand before the closing three.
                while isLong, has(quote, 4) {
                    text.append(quote)
                    index += 1
                }
                index += isLong ? 3 : 1
                return String(decoding: text, as: UTF8.self)
            }
            if next == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                try escape(isLong, &text)
            } else if next == 0x0A {
                guard isLong else { break }
                text.append(next)
                newLine()
            } else {
                text.append(next)
                index += 1
            }
        }
        throw Problem(text: "the string is not closed: expected \(Character(Unicode.Scalar(quote)))", line: start)
    }

    private mutating func escape(_ isLong: Bool, _ text: inout [UInt8]) throws(Problem) {
        index += 1
        switch byte(0) {
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "e"): text.append(0x1B)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(bytes[index])
        case UInt8(ascii: "u"): return try scalar(digits: 4, &text)
        case UInt8(ascii: "U"): return try scalar(digits: 8, &text)
        case 0x0A, 0x0D, 0x20, 0x09:
            guard isLong else { throw unknownEscape }
            while let blank = byte(0), blank <= 0x20 { blank == 0x0A ? newLine() : (index += 1) }
            return
        default: throw unknownEscape
        }
        index += 1
    }

    private var unknownEscape: Problem {
        let character = byte(0).map { String(Character(Unicode.Scalar($0))) } ?? ""
        return Problem(
            text: "\\\(character) is no escape in a \"string\": write \\\\\(character), or put the pattern in 'quotes'",
            line: line
        )
    }

    private mutating func scalar(digits: Int, _ text: inout [UInt8]) throws(Problem) {
        let end = index + 1 + digits
        guard end <= bytes.count,
            let code = UInt32(String(decoding: bytes[(index + 1)..<end], as: UTF8.self), radix: 16),
            let scalar = Unicode.Scalar(code)
        else {
            throw Problem(text: "expected \(digits) hexadecimal digits of a character after \\u", line: line)
        }
        text.append(contentsOf: String(Character(scalar)).utf8)
        index = end
    }

    private func byte(_ offset: Int) -> UInt8? { index + offset < bytes.count ? bytes[index + offset] : nil }

    private func has(_ quote: UInt8, _ count: Int) -> Bool {
        (0..<count).allSatisfy { byte($0) == quote }
    }

    private mutating func newLine() {
        index += 1
        line += 1
    }
}
