import Foundation
import Testing

@testable import mailmill

/// Messages tell people which setting to change: the setting must exist.
struct SettingNamesTests {
    /// `database.port` in a text, not a property of something.
    private static func names(in text: String) -> [String] {
        let name = #/(?:^|[^\w.(\/])((?:database|console|collector|hooks)\.[a-z]+(?:_[a-z]+)*)\b(?![.(])/#
        return text.matches(of: name).map { String($0.output.1) }
    }

    @Test func everySettingThatAMessageNamesExists() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../Sources")
        let known = Set(SettingKey.all.map(\.path))
        var seen = 0
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            for (index, line) in try String(contentsOf: file, encoding: .utf8).split(separator: "\n").enumerated() {
                for text in Self.texts(String(line)) {
                    for name in Self.names(in: text) {
                        seen += 1
                        #expect(known.contains(name), "\(name) in \(file.lastPathComponent), near line \(index + 1)")
                    }
                }
            }
        }
        #expect(seen > 40)
    }

    /// What stands between quotes, or in a line that looks like one of a text of several lines.
    private static func texts(_ line: String) -> [String] {
        let trimmed = line.trimmingCharacters(in: .whitespaces)
        guard !trimmed.hasPrefix("//") else { return [] }
        let parts = line.split(separator: "\"", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 1 else { return parts.indices.filter { $0 % 2 == 1 }.map { parts[$0] } }
        let isCode =
            trimmed.contains(where: { "={}".contains($0) }) || trimmed.hasPrefix("let ") || trimmed.hasSuffix(",")
        return isCode || !trimmed.contains(" ") ? [] : [trimmed]
    }
}
