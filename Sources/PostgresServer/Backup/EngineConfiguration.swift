internal import SystemPackage

/// pgBackRest's configuration file. May hold secrets, so it is written 0600 and never shown; nothing secret is an argument
/// or a variable of the environment.
struct EngineConfiguration: Sendable {
    let layout: ClusterLayout
    let backup: BackupSettings
    /// Where the running server listens, which may differ from what is set now.
    let socketDirectory: String
    let port: Int

    /// - Throws: `secretUnusable`.
    func text() throws -> String {
        let folders = BackupLayout(layout).folder
        var lines = ["# Written by Mailmill; edits here are lost.", "[global]"]
        lines += try repository()
        if let key = backup.encryptionKey {
            lines += ["repo1-cipher-type=aes-256-cbc", "repo1-cipher-pass=\(try Self.secret(in: key))"]
        }
        lines += [
            "lock-path=\(folders)/lock", "spool-path=\(folders)/spool", "log-path=\(folders)/log",
            "log-level-file=off", "log-timestamp=n", "process-max=\(backup.processes)", "compress-type=zst",
            "start-fast=y", "archive-timeout=120",
            // Expiring is Mailmill's own, as only it knows which backup was proven.
            "expire-auto=n", "repo1-retention-full=9999999",
            "[\(ArchiveScript.stanza)]", "pg1-path=\(layout.cluster.path)", "pg1-socket-path=\(socketDirectory)",
            "pg1-port=\(port)", "pg1-user=\(DatabaseRole.superuser.name)",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    private func repository() throws -> [String] {
        switch backup.repository {
        case .folder(let path): return ["repo1-type=posix", "repo1-path=\(path)"]
        case .objects(let store):
            let keys = try Self.lines(of: store.credentials)
            guard keys.count >= 2 else {
                throw BackupError.secretUnusable(
                    path: store.credentials,
                    problem: "two lines are needed: the access key and the secret key"
                )
            }
            return [
                "repo1-type=s3", "repo1-path=\(store.path)", "repo1-s3-bucket=\(store.bucket)",
                "repo1-s3-endpoint=\(store.endpoint)", "repo1-s3-region=\(store.region)", "repo1-s3-uri-style=path",
                "repo1-s3-key=\(keys[0])", "repo1-s3-key-secret=\(keys[1])",
            ] + (store.authority.map { ["repo1-storage-ca-file=\($0)"] } ?? [])
        case .sftp(let folder):
            return [
                "repo1-type=sftp", "repo1-path=\(folder.path)", "repo1-sftp-host=\(folder.host)",
                "repo1-sftp-host-user=\(folder.user)", "repo1-sftp-private-key-file=\(folder.privateKey)",
                "repo1-sftp-host-key-hash-type=sha256",
            ]
        }
    }

    private static func secret(in path: FilePath) throws -> String {
        guard let line = try lines(of: path).first, line.utf8.count >= 16 else {
            throw BackupError.secretUnusable(path: path, problem: "its first line has fewer than 16 characters")
        }
        return line
    }

    private static func lines(of path: FilePath) throws -> [String] {
        guard let text = try SmallFile.read(path, limit: 4096) else {
            throw BackupError.secretUnusable(
                path: path,
                problem: "there is no such file; `(umask 077; openssl rand -base64 48 > \(path))` makes a key"
            )
        }
        let permissions = try Stat(path).permissions.rawValue & 0o777
        guard permissions & 0o077 == 0 else {
            throw PostgresServerError.wrongPermissions(path: path, permissions: String(permissions, radix: 8))
        }
        return text.split(separator: "\n").map { $0.trimmed }.filter { !$0.isEmpty }
    }
}
