internal import Crypto

/// One step of the schema: a numbered file that is never changed once released.
package struct Migration: Sendable, Equatable {
    package var version: Int
    /// The file's name without number and ending: `create_sources`.
    package var name: String
    var script: String

    /// SHA-256 of the script.
    var checksum: [UInt8] { Array(SHA256.hash(data: Array(script.utf8))) }

    /// The version up to which this program carries them.
    static func newest() throws -> Int {
        try SQLFile.migrationNames().compactMap { Int($0.prefix(4)) }.max() ?? 0
    }

    /// The migrations that this program carries, in order.
    package static func all() throws -> [Migration] {
        try SQLFile.migrationNames().map { file in
            guard let version = Int(file.prefix(4)), file.dropFirst(4).first == "_" else {
                throw StoreError.missingResource("a number before SQL/migrations/\(file)")
            }
            return Migration(
                version: version,
                name: String(file.dropFirst(5).dropLast(4)),
                script: try SQLFile.text("migrations/\(file)")
            )
        }
    }
}
