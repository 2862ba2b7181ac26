internal import SystemPackage

/// One `name = value` of a configuration file in PostgreSQL's syntax.
struct ConfigurationEntry: Sendable, Equatable {
    let file: FilePath
    let line: Int
    /// In lower case.
    let name: String
    /// Without quotes.
    let value: String
}

/// Reads PostgreSQL's configuration syntax far enough to judge it (documentation, "Parameter Interaction via the
/// Configuration File"). What is not understood is left for PostgreSQL itself to refuse.
struct ConfigurationFile {
    /// Depth of includes that PostgreSQL allows (CONF_FILE_MAX_DEPTH).
    private static let deepest = 10

    /// Entries of a file and what it includes, in order. A missing file has none.
    static func entries(of file: FilePath, depth: Int = 0) throws -> [ConfigurationEntry] {
        guard depth < deepest, let text = try SmallFile.read(file) else { return [] }
        let folder = file.removingLastComponent()
        return try parse(text, file: file).flatMap { entry -> [ConfigurationEntry] in
            let target = folder.pushing(FilePath(entry.value))
            switch entry.name {
            case "include", "include_if_exists":
                return try entries(of: target, depth: depth + 1)
            case "include_dir":
                let names = try FileTree.names(in: target) ?? []
                return try names.filter { $0.hasSuffix(".conf") && !$0.hasPrefix(".") }
                    .flatMap { try entries(of: target.appending($0), depth: depth + 1) }
            default:
                return [entry]
            }
        }
    }

    static func parse(_ text: String, file: FilePath) -> [ConfigurationEntry] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            var rest = Substring(line.trimmed)
            let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
            guard !name.isEmpty else { return nil }
            rest = rest.dropFirst(name.count).drop { $0.isWhitespace }
            if rest.first == "=" { rest = rest.dropFirst().drop { $0.isWhitespace } }
            guard let value = value(rest) else { return nil }
            return ConfigurationEntry(file: file, line: index + 1, name: name.lowercased(), value: value)
        }
    }

    /// A quoted or plain value, what follows it dropped.
    private static func value(_ text: Substring) -> String? {
        guard text.first == "'" else {
            let plain = text.prefix { !$0.isWhitespace && $0 != "#" }
            return plain.isEmpty ? nil : String(plain)
        }
        var result = ""
        var rest = text.dropFirst()
        while let character = rest.popFirst() {
            switch character {
            case "'" where rest.first == "'", "\\" where !rest.isEmpty: result.append(rest.removeFirst())
            case "'": return result
            default: result.append(character)
            }
        }
        return nil
    }
}
