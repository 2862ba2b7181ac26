internal import SystemPackage

/// A refused file system that an operator accepted by name. Recorded for ever, one line each, and shown by `status`.
package struct FileSystemOverride: Sendable, Equatable, Codable {
    package let name: String
    package let path: String
    /// When it was first accepted, ISO 8601, UTC.
    package let since: String

    package init(name: String, path: String, since: String) {
        self.name = name
        self.path = path
        self.since = since
    }

    var line: String { "\(since)\t\(name)\t\(path)" }

    static func parse(_ text: String) -> [FileSystemOverride] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "\t", maxSplits: 2).map(String.init)
            guard fields.count == 3, !line.hasPrefix("#") else { return nil }
            return FileSystemOverride(name: fields[1], path: fields[2], since: fields[0])
        }
    }

    static func recorded(in layout: ClusterLayout) throws -> [FileSystemOverride] {
        parse(try SmallFile.read(layout.fileSystemOverrides) ?? "")
    }

    /// Adds what is not recorded yet. Lines are only ever added.
    static func record(_ new: [FileSystemOverride], in layout: ClusterLayout) throws {
        let old = try SmallFile.read(layout.fileSystemOverrides)
        let known = parse(old ?? "")
        let added = new.filter { candidate in !known.contains { $0.name == candidate.name && $0.path == candidate.path }
        }
        guard !added.isEmpty else { return }
        let head = old ?? "# File systems that Mailmill refuses and that an operator accepted. Kept for ever.\n"
        let text = head + added.map { $0.line + "\n" }.joined()
        try SmallFile.replace(layout.fileSystemOverrides, with: text, permissions: .init(rawValue: 0o644))
    }
}
