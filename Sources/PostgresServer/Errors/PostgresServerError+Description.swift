internal import SystemPackage

extension PostgresServerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .setting(let name, let value, let advice):
            "setting \(name) cannot be '\(value)': \(advice)"
        case .binariesMissing(let major, let searched, let found):
            Self.binariesMissing(major, searched.map(\.string), found)
        case .toolMissing(let name, let directory, let available):
            "no program '\(name)' in \(directory); there are: \(available.joined(separator: ", "))"
        case .accountMissing(let name):
            """
            no account '\(name)' on this machine, and the server does not run as root; create it with \
            `useradd --system --user-group --no-create-home --shell /usr/sbin/nologin \(name)`, or name another one \
            in database.account
            """
        case .accountUnusable(let name, let reason):
            "the server cannot run as '\(name)': \(reason)"
        case .socketPathTooLong, .fileSystemRefused, .fileSystemReadOnly, .fileSystemUnfit, .diskTooFull, .wrongOwner,
            .wrongPermissions, .notInitialised, .notEmpty, .notOurs:
            placeDescription
        case .initialiseFailed, .initialiseInProgress, .configurationRefused, .configurationInvalid, .locked,
            .leftoversRunning, .singleUserAtWork, .pidFileRemoved, .pidFileUnusable, .socketInUse, .portInUse,
            .startFailed, .startStalled, .wrongServer, .stopUnfinished, .notRunning,
            .unreachable, .launcherFailed:
            serverDescription
        case .credentialInUse(let login, let clients):
            """
            \(login) is still in use from \(clients.joined(separator: ", ")); carry the newer password file there and \
            restart its service first
            """
        case .standbyFailed(let output):
            "the server could not be copied, and nothing was left behind:" + Self.block(output)
        case .standbyNotPromotable(let reason):
            "this server cannot be promoted: \(reason)"
        case .certificateFailed(let output):
            "OpenSSL could not make the certificate:" + Self.block(output)
        case .upgradeInProgress(let folder):
            "an upgrade is at work in \(folder); `mailmill upgrade status` tells how far it is"
        case .upgradeNotPossible(let what, let reason):
            "cannot \(what): \(reason)"
        case .upgradeFailed(let action, let output, let log):
            "the upgrade failed to \(action):" + Self.block(output) + "\nall of it is in \(log)"
        case .upgradeJournalUnreadable(let path):
            """
            \(path) cannot be read, and no upgrade goes on while it is there; compare PG_VERSION of the cluster and of \
            `other` beside it, and remove the file when the cluster is the one to keep
            """
        case .system(let action, let path, let error):
            "cannot \(action) \(path): \(error)" + Self.advice(error, path)
        }
    }

    private static func binariesMissing(_ major: Int?, _ searched: [String], _ found: [ServerVersion]) -> String {
        let places = searched.joined(separator: " and ")
        let package = "postgresql-\(major ?? ServerBinaries.oldestMajor)"
        let advice = "install the package \(package) (`apt-get install \(package)`), or set database.binaries"
        guard let major else {
            return "no PostgreSQL server of version \(ServerBinaries.oldestMajor) or newer in \(places); \(advice)"
        }
        let others = found.isEmpty ? "" : " (found \(found.map(\.description).joined(separator: ", ")))"
        return "the cluster is of PostgreSQL \(major), which is not installed in \(places)\(others); \(advice)"
    }

    private static func advice(_ error: Errno, _ path: FilePath) -> String {
        switch error {
        case .permissionDenied, .notPermitted:
            "; run as root or as the owner (if the permissions are right, a security module such as SELinux denies it)"
        case .noSpace: "; the disk is full"
        default: ""
        }
    }

    private var placeDescription: String {
        switch self {
        case .socketPathTooLong(let path, let bytes, let limit):
            """
            socket path \(path) has \(bytes) bytes, and the system allows \(limit); name a shorter folder in \
            database.socket_directory
            """
        case .fileSystemRefused(let path, let name, let mountPoint, let reason):
            """
            \(path) is on \(name) (mounted at \(mountPoint)), which is refused for a database: \(reason); choose a \
            folder on a local disk, or accept the risk for ever with database.allow_file_systems: [\(name)]
            """
        case .fileSystemReadOnly(let path, let mountPoint):
            "\(path) cannot be written: \(mountPoint) is mounted read-only; mount it read-write"
        case .fileSystemUnfit(let path, let promise):
            "the file system of \(path) breaks a promise that PostgreSQL needs: \(promise); choose another disk"
        case .diskTooFull(let path, let free, let needed, let purpose):
            "the disk of \(path) has \(free) free, and \(purpose) needs \(needed); free some space or choose another disk"
        case .wrongOwner(let path, let owner, let expected):
            "\(path) belongs to \(owner), and the server runs as \(expected); `chown -R \(expected): \(path)` if it is ours"
        case .wrongPermissions(let path, let permissions):
            "\(path) has permissions \(permissions), and others than its owner could read or change it; `chmod 700 \(path)`"
        case .notInitialised(let cluster):
            "no database cluster in \(cluster); create it with `mailmill database init`"
        case .notEmpty(let path, let sample):
            "\(path) holds other files (\(sample.joined(separator: ", "))); choose another database.directory or empty it"
        case .notOurs(let cluster, let reason):
            "\(cluster) was not made by Mailmill: \(reason); it is left alone, choose another database.directory"
        default: ""
        }
    }

    private var serverDescription: String {
        switch self {
        case .initialiseFailed(let output):
            "the database cluster could not be created, and nothing was left behind:" + Self.block(output)
        case .initialiseInProgress(let root):
            "another `database init` is at work in \(root); wait until it has ended"
        case .configurationRefused(let problems):
            "the configuration is refused, nothing was started:" + Self.block(problems.map(\.description))
        case .configurationInvalid(let output):
            "PostgreSQL does not accept the configuration, nothing was started:" + Self.block(output)
        case .locked(let cluster, let holders):
            "\(cluster) is in use by \(Self.names(holders, elsewhere: true)); only one server may run on a directory"
        case .leftoversRunning(let cluster, let processes):
            """
            a server of \(cluster) has died, and its processes still run: \(Self.names(processes)); they end by \
            themselves when their work does, start again then
            """
        case .singleUserAtWork(let cluster, let process):
            "\(cluster) is in use by a single-user server, \(process); wait until it has ended"
        case .pidFileRemoved(let cluster, let server):
            """
            \(server) runs on \(cluster), but its postmaster.pid was removed; PostgreSQL shuts itself down within a \
            minute of noticing, start again then, and find out who removes files there
            """
        case .pidFileUnusable(let path, let content, let reason):
            "\(path) is damaged ('\(content)') and cannot be set aside: \(reason)"
        case .socketInUse(let path, let owner):
            "socket \(path) is in use by \(Self.names([owner].compactMap(\.self))); \(Self.otherPort)"
        case .portInUse(let address, let port, let owner):
            "port \(port) of \(address) is in use by \(Self.names([owner].compactMap(\.self))); \(Self.otherPort)"
        case .startFailed(let cluster, let status, let log):
            "the server of \(cluster) did not start (\(status)); it said:" + Self.block(log)
        case .startStalled(let cluster, let seconds, let activity):
            """
            the server of \(cluster) is up but has not moved for \(seconds) s (\(activity)); it was left alone, see \
            `mailmill database logs`
            """
        case .wrongServer(let socket, let expected, let answered):
            "another cluster answers at \(socket): system identifier \(answered), ours is \(expected)"
        case .stopUnfinished(let cluster, let seconds, let blockers):
            """
            the server of \(cluster) is still shutting down after \(seconds) s, held by \(Self.names(blockers)); it \
            goes on by itself, or `mailmill database stop --immediate` ends it and recovers at the next start
            """
        case .notRunning(let cluster):
            "no server runs on \(cluster); start it with `mailmill database start`"
        case .unreachable(let target, let reason):
            "the server runs but does not answer (\(target)): \(reason); see `mailmill database logs`"
        case .launcherFailed(let status, let output):
            "the launcher of the server failed (\(status))" + (output.isEmpty ? "" : ": \(output)")
        default: ""
        }
    }

    private static let otherPort = "stop that program, or choose another database.port or database.socket_directory"

    private static func names(_ processes: [ProcessName], elsewhere: Bool = false) -> String {
        guard processes.isEmpty else { return processes.map(\.description).joined(separator: ", ") }
        return elsewhere
            ? "a process that cannot be seen from here, in another container or of another user" : "another program"
    }

    private static func block(_ lines: [String]) -> String {
        lines.isEmpty ? " (no output)" : lines.map { "\n  " + $0 }.joined()
    }
}
