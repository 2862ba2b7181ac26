import Foundation
import MailEvents

/// The settings file that `quickstart` writes at its first start, for the person to go on with.
enum QuickstartFile {
    /// Its text.
    ///
    /// - Parameter directory: root folder of the database.
    static func text(directory: String, listen: String, finding: LogDetection.Finding) -> String {
        let source = finding.source
        let input =
            switch source.input {
            case .file(let path), .pattern(let path): "path: \(quoted(path))"
            case .journald: "journald: true"
            // A finding is never one that is sent to us.
            case .samples, .syslog, .hook: "samples: true"
            }
        return """
            # Written by `mailmill quickstart`, which reads it again at its next start: change what you like.
            # All settings, with what they mean, stand in docs/reference/settings.md.
            roles: [database, manager, web, collector]
            database: {directory: \(quoted(directory))}
            console: {listen: \(quoted(listen))}
            collect:
              # \(finding.because)
              - {format: \(source.formatName), \(input), node: \(quoted(source.node))}

            """
    }

    /// Writes the file whole or not at all.
    static func write(_ text: String, to path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// A YAML double-quoted text.
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
