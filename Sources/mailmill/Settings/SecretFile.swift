import Foundation

/// A file that holds a secret and that nobody else can read.
struct SecretFile {
    let path: String

    init(_ path: String) {
        self.path = path
    }

    /// Its text, without line feeds at its end. Throws `SettingsError`.
    func secret() throws -> String {
        let attributes: [FileAttributeKey: Any]
        do {
            attributes = try FileManager.default.attributesOfItem(atPath: path)
        } catch {
            throw SettingsError(place: path, problem: "cannot be read: \(error.localizedDescription)")
        }
        let mode = (attributes[.posixPermissions] as? Int) ?? 0o777
        guard mode & 0o077 == 0 else {
            throw SettingsError(
                place: path,
                problem: "is readable by others (mode \(String(mode, radix: 8))); run chmod 600 \(path)"
            )
        }
        let secret = try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .newlines)
        guard !secret.isEmpty else { throw SettingsError(place: path, problem: "is empty: expected a secret in it") }
        return secret
    }
}
