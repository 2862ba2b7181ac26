internal import Foundation

/// The SQL files that ship with the program.
package enum SQLFile {
    /// A file of `SQL/queries`, by its path without the ending: `nodes/status`.
    package static func query(_ name: String) throws -> String {
        try text("queries/\(name).sql")
    }

    /// Names of the files in `SQL/migrations`, in order.
    static func migrationNames() throws -> [String] {
        let folder = try root().appending(path: "migrations")
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder.path)
                .filter { $0.hasSuffix(".sql") }.sorted()
        } catch {
            throw StoreError.missingResource("SQL/migrations")
        }
    }

    static func text(_ path: String) throws -> String {
        do {
            return try String(contentsOf: root().appending(path: path), encoding: .utf8)
        } catch {
            throw StoreError.missingResource("SQL/\(path)")
        }
    }

    private static func root() throws -> URL {
        Bundle.module.bundleURL.appending(path: "SQL")
    }
}
