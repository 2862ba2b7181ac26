internal import Foundation

/// The SQL files that ship with the program. All are read when the first is needed, so that a program that runs on while
/// its files are replaced keeps the statements that it was built with.
package enum SQLFile {
    /// Texts by their paths below `SQL`.
    private static let texts = Result { try readAll() }

    /// A file of `SQL/queries`, by its path without the ending: `nodes/status`.
    package static func query(_ name: String) throws -> String {
        try text("queries/\(name).sql")
    }

    /// Names of the files in `SQL/migrations`, in order.
    static func migrationNames() throws -> [String] {
        let prefix = "migrations/"
        let names = try texts.get().keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        guard !names.isEmpty else { throw StoreError.missingResource("SQL/migrations") }
        return names.sorted()
    }

    static func text(_ path: String) throws -> String {
        guard let text = try texts.get()[path] else { throw StoreError.missingResource("SQL/\(path)") }
        return text
    }

    private static func readAll() throws -> [String: String] {
        let root = Bundle.module.bundleURL.appending(path: "SQL")
        do {
            var texts: [String: String] = [:]
            for path in try FileManager.default.subpathsOfDirectory(atPath: root.path) where path.hasSuffix(".sql") {
                texts[path] = try String(contentsOf: root.appending(path: path), encoding: .utf8)
            }
            return texts
        } catch {
            throw StoreError.missingResource("SQL")
        }
    }
}
