import Foundation

/// A backup, as `backup list --format json` prints it.
struct BackupReport: Decodable, Sendable {
    var label: String
    var type: String
    var restorePoint: String?
    var provenAt: String?
    var rows: [String: String]

    enum CodingKeys: String, CodingKey {
        case label, type, rows
        case restorePoint = "restore_point"
        case provenAt = "proven_at"
    }
}

extension Installation {
    func backups() async throws -> [BackupReport] {
        let text = try await output(["backup", "list", "--format", "json"])
        return try JSONDecoder().decode([BackupReport].self, from: Data(text.utf8))
    }

    /// Runs a statement of the superuser's.
    func execute(_ statement: String) async throws {
        _ = try await rows(statement, role: "superuser")
    }

    /// Starts a database with its schema and a little in it.
    func startDatabase() async throws {
        try await PreparedDatabase.copy(to: directory, in: folder)
        try await output(["database", "start"])
    }

    func exhibits() async throws -> String {
        try await rows("SELECT count(*) || ' ' || sum(hashtext(e::text)) FROM ops.exhibit AS e", role: "superuser")
            .joined()
    }

    /// Runs a command until it says something, then kills it with all that it started.
    func kill(_ arguments: [String], when word: String) async throws {
        let program = try begin(arguments)
        try await eventually("'\(word)' from `\(program.name)`", every: .milliseconds(2)) {
            guard program.ending == nil else { throw TestFailure("it ended before: \(program.errors)") }
            return program.errors.contains(word)
        }
        program.signal(SIGKILL)
        try await program.finish()
    }
}
