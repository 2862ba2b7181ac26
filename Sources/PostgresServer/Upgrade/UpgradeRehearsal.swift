internal import Glibc
internal import PostgresClient
internal import SystemPackage

/// The upgrade on a copy of everything but the rows: roles, structure and settings, in scratch clusters, while the
/// server works on. What stands in pg_upgrade's way, or a restore's, is in the structure; rows are only carried.
/// (Measured: pg_upgrade can fail on a column option that `pg_upgrade --check` does not look at.)
struct UpgradeRehearsal: Sendable {
    let work: UpgradeWork
    let copying: ClusterCopying

    private var folder: UpgradeFolder { work.folder }

    /// - Returns: the method that passed, and why another did not.
    /// - Throws: when none passes, or the one that was asked for does not.
    func run(_ wanted: UpgradeMethod?, canClone: Bool) async throws -> (method: UpgradeMethod, reason: String) {
        guard mkdir(folder.rehearsal.string, 0o700) == 0 || errno == EEXIST else {
            throw PostgresServerError.system(action: "make", path: folder.rehearsal, Errno(rawValue: errno))
        }
        defer { _ = try? folder.removeScraps() }  // what is left is removed by the next step
        let connection = server.connectionSettings(as: .superuser)
        let source = ["-h", connection.host, "-p", "\(connection.port)", "-U", connection.user]
        let databases = try await ClusterInventory.databases {
            server.connectionSettings(as: .superuser, database: $0)
        }
        guard wanted != .dump else {
            try rehearseDump(databases, source)
            return (.dump, "asked for")
        }
        do {
            try rehearseUpgrade(databases, source)
            return (wanted ?? (canClone ? .clone : .copy), "pg_upgrade passed the rehearsal")
        } catch let error as PostgresServerError where wanted == nil {
            work.say("pg_upgrade did not pass the rehearsal, trying dump and restore")
            work.log.write("\(error)")
            try rehearseDump(databases, source)
            return (.dump, Self.firstComplaint(error))
        }
    }

    private var server: DatabaseServer { work.server }

    private func rehearseUpgrade(_ databases: [String], _ source: [String]) throws {
        let (old, new) = (folder.rehearsal.appending("old"), folder.rehearsal.appending("new"))
        // The scratch cluster of the old version is filled by its own programs, as the true one was.
        let before = ClusterCopying(work: work, old: copying.old, new: copying.old)
        try fill(old, databases, source, before)
        try copying.makeEmpty(new, with: copying.new)
        try copying.upgrade(old, into: new, method: .copy)
        try privately(new) { _ in }
    }

    private func rehearseDump(_ databases: [String], _ source: [String]) throws {
        try fill(folder.rehearsal.appending("new"), databases, source, copying)
    }

    private func fill(
        _ directory: FilePath,
        _ databases: [String],
        _ source: [String],
        _ copying: ClusterCopying
    ) throws {
        try copying.makeEmpty(directory, with: copying.new)
        try privately(directory, copying.new) { target in
            try copying.copyRoles(from: source, to: target.arguments, dumpingWith: copying.new)
            for database in databases {
                try copying.copyDatabase(
                    database,
                    from: source,
                    to: target.arguments,
                    withRows: false,
                    dumpingWith: copying.new
                )
            }
        }
    }

    private func privately(
        _ directory: FilePath,
        _ binaries: ServerBinaries? = nil,
        _ body: (PrivateServer) throws -> Void
    ) throws {
        let server = try PrivateServer.start(
            directory,
            with: binaries ?? copying.new,
            in: folder,
            account: work.order.account,
            log: work.log,
            isFresh: true
        )
        defer { server.stop() }
        try body(server)
    }

    /// The line that says what is wrong, out of a program's output.
    private static func firstComplaint(_ error: PostgresServerError) -> String {
        guard case .upgradeFailed(_, let output, _) = error else { return "\(error)" }
        return output.first { $0.contains("ERROR") || $0.contains("FATAL") } ?? output.last ?? "\(error)"
    }
}
