internal import Glibc

/// Becoming the service account, for good. For a process of its own only: the launcher, or one command.
enum PrivilegeDrop {
    /// Takes the account's groups, group and user, real, effective and saved, and proves that there is no way back.
    static func become(_ account: ServiceAccount) throws {
        guard geteuid() == 0 else {
            guard geteuid() == account.userID else {
                throw PostgresServerError.accountUnusable(name: account.name, reason: "only root can become it")
            }
            return
        }
        // setuid(2) called by root sets all three ids, and takes every capability away.
        guard initgroups(account.name, account.groupID) == 0, setgid(account.groupID) == 0, setuid(account.userID) == 0
        else {
            throw PostgresServerError.accountUnusable(
                name: account.name,
                reason: "changing to it failed: \(String(cString: strerror(errno)))"
            )
        }
        guard geteuid() == account.userID, getuid() == account.userID, setuid(0) != 0 else {
            throw PostgresServerError.accountUnusable(name: account.name, reason: "root could be regained")
        }
    }
}

extension ServiceAccount {
    /// Makes this process the account for good, when root runs it; for commands that do everything as the account.
    /// - Throws: `accountUnusable`; `accountMissing`.
    package static func become(_ name: String) throws {
        umask(0o077)
        guard geteuid() == 0 else { return }
        try PrivilegeDrop.become(try resolve(name))
    }
}
