internal import FoundationEssentials
internal import Glibc
internal import PostgresClient
internal import SystemPackage

/// Backups of one server, made by pgBackRest. For a process that is the service account: see `ServiceAccount.become`.
/// Not the restore's swap, which is `ClusterSwap`'s.
package struct Backups: Sendable {
    let server: DatabaseServer
    let settings: BackupSettings
    let layout: BackupLayout
    let engine: BackupEngine
    let progress: ServerProgressHandler

    /// - Throws: `notArchiving` when the server has no settings of backups.
    package init(_ server: DatabaseServer, progress: @escaping ServerProgressHandler) throws {
        guard let settings = server.settings.backup else {
            throw BackupError.notArchiving(reason: "this host has no backup settings")
        }
        self.server = server
        self.settings = settings
        self.progress = progress
        layout = BackupLayout(server.layout)
        engine = BackupEngine(settings: settings, layout: layout)
    }

    /// Writes pgBackRest's configuration and makes its folders. Blocks.
    func prepare() throws {
        let version = try engine.version()
        if case .sftp = settings.repository, !Self.isAtLeast(version, "2.46") {
            throw BackupError.engineTooOld(found: version, needed: "2.46", purpose: "a repository by SFTP")
        }
        for folder in [layout.folder] + layout.engineFolders { try Self.makeFolder(folder) }
        if case .folder(let path) = settings.repository { try Self.makeFolder(path) }
        let connection = server.connectionSettings(as: .superuser)
        let text = try EngineConfiguration(
            layout: server.layout,
            backup: settings,
            socketDirectory: connection.host,
            port: connection.port
        ).text()
        try SmallFile.update(layout.engineConfiguration, to: text, permissions: .ownerReadWrite)
    }

    static func makeFolder(_ path: FilePath) throws {
        guard mkdir(path.string, 0o700) == 0 || errno == EEXIST else {
            throw PostgresServerError.system(action: "make", path: path, Errno(rawValue: errno))
        }
    }

    static func isAtLeast(_ version: String, _ needed: String) -> Bool {
        let parts = { (text: String) in text.split(separator: ".").map { Int($0) ?? 0 } }
        return !parts(version).lexicographicallyPrecedes(parts(needed))
    }

    /// Every backup that counts, oldest first.
    package func list() async throws -> [BackupSet] {
        try await BlockingWork.run { try listBlocking() }
    }

    func listBlocking() throws -> [BackupSet] {
        try prepare()
        return try BackupInfo.backups(in: engine.output(["info", "--output=json"], to: "list the backups"))
    }

    /// The backup of a label, or the newest.
    func backup(_ label: String?) throws -> BackupSet {
        let all = try listBlocking()
        guard let label else {
            guard let newest = all.last else { throw BackupError.noBackup }
            return newest
        }
        guard let found = all.first(where: { $0.label == label }) else { throw BackupError.unknownBackup(label: label) }
        return found
    }

    /// Reads every file of the repository again and compares its checksum.
    /// - Returns: backups that are whole, by label.
    /// - Throws: `damaged`, with what pgBackRest said of each damaged backup or WAL segment.
    @discardableResult
    package func verify() async throws -> [String] {
        try await BlockingWork.run {
            try prepare()
            // Its status is 0 whatever it finds (pgBackRest 2.45, measured): what it prints decides.
            let text: String
            do {
                text = try engine.output(["verify", "--output=text", "--verbose"], to: "verify the repository")
            } catch BackupError.engineFailed(_, _, let output) where output.contains(where: { $0.contains("[029]") }) {
                // Compressed content that cannot be read at all (FormatError).
                throw BackupError.damaged(what: "the repository", output: output)
            }
            let lines = text.split(separator: "\n").map { $0.trimmed }
            guard lines.contains("status: ok") else {
                throw BackupError.damaged(what: "the repository", output: Self.damage(in: lines))
            }
            return lines.filter { $0.hasPrefix("backup: ") }.compactMap { line in
                line.dropFirst("backup: ".count).split(separator: ",").first.map(String.init)
            }
        }
    }

    /// Lines of `verify` that name something damaged, with the numbers below each.
    static func damage(in lines: [String]) -> [String] {
        lines.indices.filter { index in
            let line = lines[index]
            return line.hasPrefix("backup: ") && !line.contains("status: valid")
                || line.hasPrefix("archiveId: ")
                || line.hasPrefix("missing: ") && index > 0
                    && !lines[index - 1].contains("status: valid")
                || line.hasPrefix("status: ")
        }.map { lines[$0] }
    }

    func note(_ change: (inout BackupRecord) -> Void) throws {
        var record = try BackupRecord.read(layout)
        change(&record)
        try record.write(layout)
    }

    /// Runs a task and keeps in the record how it ended.
    func recording<Value: Sendable>(_ what: String, _ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch {
            // The disk may be full: the failure itself is what the operator must hear.
            try? note { $0.lastFailure = .init(what: what, at: WallClock.now(), reason: "\(error)") }
            throw error
        }
    }
}
