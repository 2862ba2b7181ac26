package import FoundationEssentials
internal import SystemPackage

/// What a dump holds, kept with it. A folder is a dump once its manifest is there.
///
///     <folder>
///     ├── manifest.json
///     ├── roles.json                 0600: may hold password verifiers
///     └── data                       pg_dump's directory format
package struct DumpManifest: Sendable, Codable, Equatable {
    static let currentFormat = 1

    package var format: Int
    package var madeAt: Date
    /// Of the server that was dumped.
    package var version: ServerVersion
    package var databaseSize: ByteCount
    /// For each table that holds rows: how many, and a sum over their content.
    package var tables: [String: String]

    /// Rows of all tables.
    package var rows: Int64 {
        tables.values.reduce(0) { $0 + (Int64($1.prefix { $0 != " " }) ?? 0) }
    }

    static func file(in folder: FilePath) -> FilePath { folder.appending("manifest.json") }
    static func data(in folder: FilePath) -> FilePath { folder.appending("data") }
    static func roles(in folder: FilePath) -> FilePath { folder.appending("roles.json") }

    /// - Throws: `unfit` for what is no dump, or one of a later release.
    static func read(_ folder: FilePath) throws -> DumpManifest {
        guard let text = try SmallFile.read(file(in: folder), limit: 1 << 26) else {
            throw BackupError.unfit(
                path: folder,
                reason: "it has no manifest.json: it is no dump, or one that was interrupted"
            )
        }
        let manifest: DumpManifest
        do {
            manifest = try JSONDecoder().decode(DumpManifest.self, from: Data(text.utf8))
        } catch {
            throw BackupError.unfit(path: file(in: folder), reason: "it is damaged (\(error))")
        }
        guard manifest.format == currentFormat else {
            throw BackupError.unfit(path: folder, reason: "it is of format \(manifest.format), made by a later release")
        }
        return manifest
    }

    func write(_ folder: FilePath) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(self), as: UTF8.self)
        try SmallFile.replace(Self.file(in: folder), with: text + "\n", permissions: .ownerReadWrite)
    }
}
