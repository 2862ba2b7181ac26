import Foundation
import MailEvents
import Testing

/// One file of lines with what they must be read as: after each line its expectations, each after `=> `. Lines that
/// begin with `#` are comments, `#! modified`, `#! zone` and `#! newest` say how the file is read.
struct Fixture: Sendable, CustomStringConvertible {
    struct Case: Sendable {
        var line: [UInt8]
        var expected: [String]
    }

    var name: String
    var format: LogFormat
    var context = LogFormat.Context(fileModifiedAt: 0, zone: .utc)
    var newestPossible = Int64.max
    var cases: [Case] = []

    var description: String { "\(format.rawValue)/\(name)" }

    /// All lines as a file has them.
    var text: [UInt8] { Array(cases.map { $0.line + [0x0A] }.joined()) }

    /// A parser before the first line.
    func parser(state: [UInt8] = []) -> any LogParser {
        var parser = format.parser(context: context, state: state)
        parser.newestPossible = newestPossible
        return parser
    }

    /// A reader before the first line.
    func reader(state: [UInt8] = []) -> LogFormat.AnyReader {
        var reader = format.reader(context: context, state: state)
        reader.newestPossible = newestPossible
        return reader
    }

    static func all(of format: LogFormat) throws -> [Fixture] {
        let folder = try #require(Bundle.module.resourceURL)
            .appendingPathComponent("Fixtures/\(format.rawValue)", isDirectory: true)
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }
            .map { try Fixture(contentsOf: $0, format) }
    }

    private init(contentsOf file: URL, _ format: LogFormat) throws {
        self.name = file.lastPathComponent
        self.format = format
        for line in try Data(contentsOf: file).split(separator: 0x0A) {
            let text = String(decoding: line, as: UTF8.self)
            if text.hasPrefix("#! ") {
                try read(directive: text.dropFirst(3).split(separator: " ").map(String.init))
            } else if text.hasPrefix("=> ") {
                cases[cases.count - 1].expected.append(String(text.dropFirst(3)))
            } else if !text.hasPrefix("#") {
                cases.append(Case(line: Array(line), expected: []))
            }
        }
    }

    private mutating func read(directive words: [String]) throws {
        switch words[0] {
        case "modified": context.fileModifiedAt = try Self.time(words[1])
        case "newest": newestPossible = try Self.time(words[1])
        case "zone": context.zone = LocalZone(try #require(TimeZone(identifier: words[1])), years: 2000...2040)
        default: Issue.record("unknown directive in \(self): \(words)")
        }
    }

    private static func time(_ text: String) throws -> Int64 {
        Int64(try Date(text, strategy: .iso8601).timeIntervalSince1970) * 1_000_000
    }
}
