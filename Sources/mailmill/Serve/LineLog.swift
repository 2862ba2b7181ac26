import Foundation
import Logging
import Synchronization

/// Log lines on standard error: time, level, message, then what it is about.
struct LineLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    private let label: String

    init(label: String, level: Logger.Level) {
        self.label = label
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let details = all.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quoted("\($0.value)"))" }.joined()
        let time = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        Terminal.note("\(time) \(event.level) \(label): \(event.message)\(details)")
    }

    private static func quoted(_ text: String) -> String {
        text.contains(where: { $0.isWhitespace }) ? "\"" + text.replacing("\n", with: " ") + "\"" : text
    }
}
