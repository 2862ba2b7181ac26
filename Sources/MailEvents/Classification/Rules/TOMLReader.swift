/// Reads the part of TOML 1.0 that rule files use: tables, arrays of tables, bare, quoted and dotted keys, all four
/// kinds of strings, integers, booleans, arrays, comments. Anything else is an error with its line.
struct TOMLReader {
    private let file: String
    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    private var sections = [TOMLDocument.Section(path: [], isElement: false, line: 1)]
    private var seen: Set<String> = []
    private var headings: Set<[String]> = []

    /// - Parameter file: its name, for errors.
    static func read(_ bytes: [UInt8], file: String) throws(RuleFileProblem) -> TOMLDocument {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw RuleFileProblem(file: file, line: 1, problem: "the file is not UTF-8")
        }
        var reader = TOMLReader(file: file, bytes: bytes)
        return try reader.document()
    }

    private init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    private mutating func document() throws(RuleFileProblem) -> TOMLDocument {
        while true {
            skipBlankLines()
            guard let byte = current else { return TOMLDocument(sections: sections) }
            if byte == UInt8(ascii: "[") { try heading() } else { try entry() }
            try endOfLine()
        }
    }

    // MARK: - Headings and keys

    private mutating func heading() throws(RuleFileProblem) {
        let start = line
        advance()
        let isElement = take(UInt8(ascii: "["))
        let path = try keyPath(endedBy: UInt8(ascii: "]"))
        guard take(UInt8(ascii: "]")), !isElement || take(UInt8(ascii: "]")) else {
            throw problem("expected \(isElement ? "]]" : "]") after the table's name")
        }
        if !isElement, !headings.insert(path).inserted {
            throw problem("the table [\(path.joined(separator: "."))] stands twice: put both parts into one")
        }
        seen.removeAll()
        sections.append(TOMLDocument.Section(path: path, isElement: isElement, line: start))
    }

    private mutating func entry() throws(RuleFileProblem) {
        let start = line
        let path = try keyPath(endedBy: UInt8(ascii: "="))
        guard take(UInt8(ascii: "=")) else { throw problem("expected = after the key \(path.joined(separator: "."))") }
        guard seen.insert(path.joined(separator: "\u{0}")).inserted else {
            throw problem("the key \(path.joined(separator: ".")) stands twice in this table", at: start)
        }
        skipBlanks()
        let item = try item()
        let key = path[path.count - 1]
        let entry = TOMLDocument.Entry(key: key, line: start, item: item)
        if path.count == 1 {
            sections[sections.count - 1].entries.append(entry)
        } else {
            let home = sections[sections.count - 1].path
            let section = TOMLDocument.Section(path: home + path.dropLast(), isElement: false, line: start)
            sections.append(section)
            sections[sections.count - 1].entries.append(entry)
            // What follows belongs to the table of the last heading again.
            sections.append(TOMLDocument.Section(path: home, isElement: false, line: start))
        }
    }

    private mutating func keyPath(endedBy end: UInt8) throws(RuleFileProblem) -> [String] {
        var path: [String] = []
        repeat {
            skipBlanks()
            path.append(try key())
            skipBlanks()
        } while take(UInt8(ascii: "."))
        return path
    }

    private mutating func key() throws(RuleFileProblem) -> String {
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            return try string()
        default:
            let start = index
            while let byte = current, Self.isBareKey(byte) { advance() }
            guard index > start else { throw problem("expected a key or a [table], found \(found)") }
            return text(start..<index)
        }
    }

    // MARK: - Values

    private mutating func item() throws(RuleFileProblem) -> TOMLDocument.Item {
        let start = line
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            return TOMLDocument.Item(value: .string(try string()), line: start)
        case UInt8(ascii: "["):
            return TOMLDocument.Item(value: .array(try array()), line: start)
        default:
            let from = index
            while let byte = current, Self.isBareKey(byte) || byte == UInt8(ascii: "+") { advance() }
            let word = text(from..<index)
            if word == "true" || word == "false" {
                return TOMLDocument.Item(value: .boolean(word == "true"), line: start)
            }
            if let number = Int(word.filter { $0 != "_" }) {
                return TOMLDocument.Item(value: .integer(number), line: start)
            }
            let shown = word.isEmpty ? found : "'\(word)'"
            throw problem("expected a string in quotes, a number, true, false or an [array], found \(shown)")
        }
    }

    private mutating func array() throws(RuleFileProblem) -> [TOMLDocument.Item] {
        let start = line
        advance()
        var items: [TOMLDocument.Item] = []
        while true {
            skipBlankLines()
            guard current != nil else { throw problem("the array is not closed: expected ]", at: start) }
            if take(UInt8(ascii: "]")) { return items }
            items.append(try item())
            skipBlankLines()
            if current == nil || take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "]")) else { throw problem("expected , or ] in the array, found \(found)") }
            return items
        }
    }

    private mutating func string() throws(RuleFileProblem) -> String {
        var strings = TOMLString(bytes: bytes, index: index, line: line)
        do throws(TOMLString.Problem) {
            let text = try strings.read()
            index = strings.index
            line = strings.line
            return text
        } catch {
            throw problem(error.text, at: error.line)
        }
    }

    // MARK: - Bytes

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private var found: String {
        guard let byte = current else { return "the end of the file" }
        return byte == 0x0A || byte == 0x0D ? "the end of the line" : "'\(Character(Unicode.Scalar(byte)))'"
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func problem(_ text: String, at place: Int? = nil) -> RuleFileProblem {
        RuleFileProblem(file: file, line: place ?? line, problem: text)
    }

    private mutating func advance() {
        if current == 0x0A { line += 1 }
        index += 1
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        advance()
        return true
    }

    private mutating func skipBlanks() {
        while current == 0x20 || current == 0x09 { advance() }
    }

    /// Blanks, comments and ends of lines.
    private mutating func skipBlankLines() {
        while let byte = current {
            if byte == UInt8(ascii: "#") {
                while let next = current, next != 0x0A { advance() }
            } else if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
                advance()
            } else {
                return
            }
        }
    }

    private mutating func endOfLine() throws(RuleFileProblem) {
        skipBlanks()
        guard let byte = current, byte != 0x0A, byte != 0x0D, byte != UInt8(ascii: "#") else { return }
        throw problem("expected the end of the line, found \(found)")
    }

    private static func isBareKey(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
