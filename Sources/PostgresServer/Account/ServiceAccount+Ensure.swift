internal import Glibc
internal import SystemPackage

extension ServiceAccount {
    /// Makes the system account when it is missing; for the installer and `make run`, as root.
    /// - Returns: the account, and whether it was made now.
    package static func ensure(name: String) throws -> (account: ServiceAccount, created: Bool) {
        if let account = named(name) { return (account, false) }
        guard geteuid() == 0 else { throw PostgresServerError.accountMissing(name: name) }
        let run = try ToolRun.run(
            "/usr/sbin/useradd",
            [
                "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
                "--shell", "/usr/sbin/nologin", "--comment", "Mailmill", name,
            ]
        )
        // Someone else may have made it at the same moment: what counts is that it is there.
        guard let account = named(name) else {
            let reason =
                "useradd ended with \(run.status): \(run.errors.split(separator: "\n").joined(separator: "; "))"
            throw PostgresServerError.accountUnusable(name: name, reason: reason)
        }
        return (account, run.status.succeeded)
    }
}
