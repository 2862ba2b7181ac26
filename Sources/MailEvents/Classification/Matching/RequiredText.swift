/// Finds texts of which a line must have one for a regular expression to match it, so that most expressions need not be
/// tried at all.
///
/// It reads as much of the syntax as it is sure of. Where it is not, it finds nothing, and the expression is tried on
/// every line: slower, never wrong.
struct RequiredText {
    /// Shorter texts would let nearly every line through.
    private static let minimumLength = 2
    private static let maximumChoices = 24

    /// Any of these; what one part of an expression requires.
    typealias Choices = [[UInt8]]

    private let pattern: [UInt8]
    private var index = 0
    private struct Unsure: Error {}

    /// Nil: nothing is known to be required.
    static func of(_ pattern: String) -> Choices? {
        var reader = RequiredText(pattern: Array(pattern.utf8))
        do throws(Unsure) {
            let choices = try reader.alternatives()
            guard reader.index == reader.pattern.count, let choices, length(choices) >= minimumLength else {
                return nil
            }
            return choices
        } catch {
            return nil
        }
    }

    private init(pattern: [UInt8]) {
        self.pattern = pattern
    }

    // MARK: - Syntax

    /// `a|b`, up to the end or a closing parenthesis. Nil: nothing is required.
    private mutating func alternatives() throws(Unsure) -> Choices? {
        var all: Choices? = []
        repeat {
            let choices = try sequence()
            if let choices, let before = all, before.count + choices.count <= Self.maximumChoices {
                all = before + choices
            } else {
                all = nil
            }
        } while take(UInt8(ascii: "|"))
        return all
    }

    private mutating func sequence() throws(Unsure) -> Choices? {
        var best: Choices?
        var run: [UInt8] = []
        func better(_ choices: Choices?) -> Choices? {
            guard let choices else { return best }
            guard let before = best else { return choices }
            return Self.length(choices) > Self.length(before) ? choices : before
        }
        while let byte = current, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            let piece = try piece()
            let repetition = try repetition()
            switch (piece, repetition) {
            case (.byte(let byte), .once):
                run.append(byte)
            case (.byte(let byte), .atLeastOnce):
                best = better([run + [byte]])
                run = []
            case (.group(let choices), .once), (.group(let choices), .atLeastOnce):
                best = better(run.isEmpty ? nil : [run])
                best = better(choices)
                run = []
            case (.byte, .maybe), (.group, .maybe), (.other, _):
                best = better(run.isEmpty ? nil : [run])
                run = []
            }
        }
        return better(run.isEmpty ? nil : [run])
    }

    private enum Piece {
        case byte(UInt8)
        case group(Choices?)
        /// Something that requires no text.
        case other
    }

    private mutating func piece() throws(Unsure) -> Piece {
        guard let byte = current else { throw Unsure() }
        index += 1
        switch byte {
        case UInt8(ascii: "("): return try group()
        case UInt8(ascii: "["):
            try characterClass()
            return .other
        case UInt8(ascii: "\\"): return try escape()
        case UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "$"): return .other
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"): throw Unsure()
        // Beyond ASCII, the other case of a letter has other bytes.
        case 0x80...: return .other
        default: return .byte(byte)
        }
    }

    private mutating func escape() throws(Unsure) -> Piece {
        guard let byte = current else { throw Unsure() }
        index += 1
        switch byte {
        case UInt8(ascii: "d"), UInt8(ascii: "D"), UInt8(ascii: "s"), UInt8(ascii: "S"), UInt8(ascii: "w"),
            UInt8(ascii: "W"), UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "A"), UInt8(ascii: "z"),
            UInt8(ascii: "Z"):
            return .other
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
            throw Unsure()
        default: return .byte(byte)
        }
    }

    private mutating func group() throws(Unsure) -> Piece {
        var requires = true
        if current == UInt8(ascii: "*") { throw Unsure() }
        if take(UInt8(ascii: "?")) {
            if take(UInt8(ascii: ":")) || take(UInt8(ascii: ">")) {
                // A group as any other.
            } else if let byte = current, byte == UInt8(ascii: "=") || byte == UInt8(ascii: "!") {
                index += 1
                requires = false
            } else if current == UInt8(ascii: "<") || current == UInt8(ascii: "P") {
                _ = take(UInt8(ascii: "P"))
                guard take(UInt8(ascii: "<")) else { throw Unsure() }
                if current == UInt8(ascii: "=") || current == UInt8(ascii: "!") {
                    index += 1
                    requires = false
                } else {
                    while let byte = current, byte != UInt8(ascii: ">") { index += 1 }
                    index += 1
                }
            } else if try flags() {
                return .other
            }
        }
        let choices = try alternatives()
        guard take(UInt8(ascii: ")")) else { throw Unsure() }
        return requires ? .group(choices) : .other
    }

    /// `(?i)` and `(?i:`; true if the group ends with them. The flag `x` changes the syntax.
    private mutating func flags() throws(Unsure) -> Bool {
        while let byte = current {
            index += 1
            switch byte {
            case UInt8(ascii: "i"), UInt8(ascii: "s"), UInt8(ascii: "m"), UInt8(ascii: "-"): continue
            case UInt8(ascii: ")"): return true
            case UInt8(ascii: ":"): return false
            default: throw Unsure()
            }
        }
        throw Unsure()
    }

    private mutating func characterClass() throws(Unsure) {
        _ = take(UInt8(ascii: "^"))
        _ = take(UInt8(ascii: "]"))
        while let byte = current {
            index += 1
            switch byte {
            case UInt8(ascii: "]"): return
            case UInt8(ascii: "\\"):
                guard let escaped = current, escaped < 0x80, escaped != UInt8(ascii: "Q") else { throw Unsure() }
                index += 1
            case UInt8(ascii: "["):
                guard take(UInt8(ascii: ":")) else { throw Unsure() }
                while let letter = current, letter != UInt8(ascii: ":") { index += 1 }
                guard take(UInt8(ascii: ":")), take(UInt8(ascii: "]")) else { throw Unsure() }
            default: continue
            }
        }
        throw Unsure()
    }

    private enum Repetition {
        case once
        case atLeastOnce
        /// Also not at all.
        case maybe
    }

    private mutating func repetition() throws(Unsure) -> Repetition {
        var result = Repetition.once
        switch current {
        case UInt8(ascii: "*"), UInt8(ascii: "?"):
            index += 1
            result = .maybe
        case UInt8(ascii: "+"):
            index += 1
            result = .atLeastOnce
        case UInt8(ascii: "{"):
            index += 1
            guard let first = current, first &- 0x30 < 10 else { throw Unsure() }
            result = first == 0x30 ? .maybe : .atLeastOnce
            while let byte = current, byte != UInt8(ascii: "}") {
                guard byte &- 0x30 < 10 || byte == UInt8(ascii: ",") else { throw Unsure() }
                index += 1
            }
            guard take(UInt8(ascii: "}")) else { throw Unsure() }
        default: return .once
        }
        // Lazy and possessive repetition require the same.
        if current == UInt8(ascii: "?") || current == UInt8(ascii: "+") { index += 1 }
        return result
    }

    // MARK: - Bytes

    private var current: UInt8? { index < pattern.count ? pattern[index] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        index += 1
        return true
    }

    /// Of the shortest.
    private static func length(_ choices: Choices) -> Int { choices.map(\.count).min() ?? 0 }
}
